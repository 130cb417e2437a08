"""Speech by the espeak-ng program, Chinese as pinyin.

espeak-ng is a separate program (GPL) that is started for each stretch of one language; it is never linked.
Its version 1.51 (Debian 12) reads most Chinese characters wrongly, so characters are turned into numbered
pinyin here, with the readings of phrases (银行 yin2 hang2), for the voice ``cmn-latn-pinyin``. Where that
voice is missing, version 1.52 or later reads characters itself.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from voice.errors import SynthesizerError
from voice.normalise import spoken_sentences
from voice.pinyin import Pinyin
from voice.ports import SAMPLE_BYTES

_RATE = 22_050
"""Hz of every voice of espeak-ng."""

_WORDS_PER_MINUTE = {"zh": 170, "en": 160}
_PAUSE_S = 0.3  # between sentences at normal speed
_TIMEOUT_S = 3.0  # of a sentence, which takes some 30 ms here and a few times that on a small board
_WAV_HEADER = 44  # espeak-ng writes the canonical header; its length fields are not set when it streams
_PINYIN_VOICE = "cmn-latn-pinyin"
_READS_CHARACTERS = (1, 52)
_INSTALL = "apt-get install espeak-ng"

_HANZI = "㐀-鿿〇"
_RUN = re.compile(rf"(?P<zh>[{_HANZI}][^A-Za-z]*)|(?P<en>[A-Za-z][^{_HANZI}]*)|(?P<other>[^{_HANZI}A-Za-z]+)")
_PAUSES = str.maketrans("，、；：。！？…（）“”《》", ",,,,.!?,,,  ,,")

Language = Literal["zh", "en"]
_Given = tuple[str, int, str]
"""A voice, its speed in words a minute, and the text as the program gets it."""


class EspeakSynthesizer:
    """A Synthesizer, sentence by sentence; one process for each (about 15 ms), nothing kept between them.

    Args:
        readings: how words are to be read, as blank-separated numbered pinyin, over what pypinyin knows
            (``{"居住证": "ju1 zhu4 zheng4"}``).
        program: name or path of espeak-ng.
        timeout_s: seconds after which a sentence is given up.
    """

    sample_rate = _RATE

    def __init__(
        self,
        readings: Mapping[str, str] | None = None,
        *,
        program: str = "espeak-ng",
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        self._program = program
        self._timeout_s = timeout_s
        self._version = ""
        self._pinyin = Pinyin(readings)
        self._chinese_voice: str | None = None

    def prepare(self) -> None:
        """Find the program and its Chinese voice, load the readings. Raises SynthesizerError."""
        if self._chinese_voice is None:
            self._version, self._chinese_voice = self._find_chinese_voice()
            self._pinyin.spell("你好")

    def stop(self) -> None:
        """Nothing: no process outlives its sentence."""

    def use_readings(self, readings: Mapping[str, str]) -> None:
        """Other readings from the next sentence on; from any thread."""
        self._pinyin = Pinyin(readings)

    def synthesize(self, text: str, lang: str, rate: float = 1.0) -> Iterator[bytes]:
        """Sound of a text (22,050 Hz mono s16le), a sentence at a time.

        Each sentence but the first begins with the pause before it. Latin words in a Chinese text are read
        by the English voice, and the other way round. Nothing comes of a text without a letter or digit.

        Args:
            lang: ``zh`` or ``en``.
            rate: 1.0 is the normal speed; kept within 0.5 to 2.

        Raises:
            SynthesizerError: unknown language; the program is missing, fails or hangs.
        """
        self._check(lang)
        pause = b"\0" * (int(_PAUSE_S / _kept(rate) * _RATE) * SAMPLE_BYTES)
        for number, sentence in enumerate(spoken_sentences(text, lang)):
            yield (pause if number else b"") + self.speak(sentence, lang, rate)[0]

    def fingerprint(self, sentence: str, lang: str, rate: float) -> str:
        """The program's version and, voice by voice, what it is given. Raises SynthesizerError."""
        return self._named(self._given(sentence, lang, rate))

    def speak(self, sentence: str, lang: str, rate: float) -> tuple[bytes, str]:
        """See SentenceSynthesizer."""
        given = self._given(sentence, lang, rate)
        return b"".join(self._speak(voice, words, speed) for voice, speed, words in given), self._named(given)

    def _named(self, given: Sequence[_Given]) -> str:
        return "\n".join([f"espeak-ng {self._version}", *(" ".join(map(str, one)) for one in given)])

    def _given(self, sentence: str, lang: str, rate: float) -> list[_Given]:
        self._check(lang)
        return [self._given_run(run_lang, run, _kept(rate)) for run_lang, run in runs(sentence, lang)]

    def _check(self, lang: str) -> None:
        if lang not in _WORDS_PER_MINUTE:
            raise SynthesizerError(
                "synthesizer_language", f"no voice for language {lang!r}; there are zh and en"
            )
        self.prepare()

    def _given_run(self, lang: Language, text: str, rate: float) -> _Given:
        words_per_minute = round(_WORDS_PER_MINUTE[lang] * rate)
        if lang == "en":
            return "en", words_per_minute, text.translate(_PAUSES)
        voice = self._chinese_voice or _PINYIN_VOICE
        return voice, words_per_minute, self._pinyin.spell(text) if voice == _PINYIN_VOICE else text

    def _speak(self, voice: str, text: str, words_per_minute: int) -> bytes:
        # -z leaves out the pause after the end; the pauses between sentences are ours.
        output = self._call("-v", voice, "-s", str(words_per_minute), "-z", "--stdin", "--stdout", text=text)
        if len(output) < _WAV_HEADER or output[:4] != b"RIFF":
            raise SynthesizerError(
                "synthesizer_failed",
                f"{self._program} gave no sound for voice {voice}; reinstall it: {_INSTALL}",
            )
        channels, rate = struct.unpack_from("<HI", output, 22)
        if (channels, rate) != (1, _RATE):
            raise SynthesizerError(
                "synthesizer_format",
                f"{self._program} gave {channels} channels at {rate} Hz, not 1 at {_RATE}",
            )
        sound = output[_WAV_HEADER:]
        return sound[: len(sound) - len(sound) % SAMPLE_BYTES]

    def _find_chinese_voice(self) -> tuple[str, str]:
        """The program's version and the name of its voice for Chinese."""
        if shutil.which(self._program) is None:
            raise SynthesizerError(
                "synthesizer_missing", f"{self._program} not found; install with: {_INSTALL}"
            )
        voices = self._call("--voices=cmn").decode(errors="replace")
        told = self._call("--version").decode(errors="replace")
        found = re.search(r"(\d+)\.(\d+)(?:\.\d+)?", told)
        version = found[0] if found else told.strip()
        if _PINYIN_VOICE in voices.split():
            return version, _PINYIN_VOICE
        if found and (int(found[1]), int(found[2])) >= _READS_CHARACTERS and "cmn" in voices.split():
            return version, "cmn"
        raise SynthesizerError(
            "synthesizer_voice",
            f"{self._program} has no voice {_PINYIN_VOICE} ({told.strip()}); install with: {_INSTALL}",
        )

    def _call(self, *arguments: str, text: str = "") -> bytes:
        """What the program writes; one that crashed is started once more before it is given up."""
        done = self._once(arguments, text)
        if done.returncode:
            done = self._once(arguments, text)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-200:]
            raise SynthesizerError(
                "synthesizer_failed", f"{self._program} ended with {done.returncode}: {said or 'no message'}"
            )
        return done.stdout

    def _once(self, arguments: Sequence[str], text: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                [self._program, *arguments],
                input=text.encode(),
                capture_output=True,
                timeout=self._timeout_s,
                check=False,
            )
        except FileNotFoundError as error:
            raise SynthesizerError(
                "synthesizer_missing", f"{self._program} not found; install with: {_INSTALL}"
            ) from error
        except subprocess.TimeoutExpired as error:
            raise SynthesizerError(
                "synthesizer_hangs",
                f"{self._program} did not end within {self._timeout_s:.0f} s and was stopped",
            ) from error
        except OSError as error:
            raise SynthesizerError("synthesizer_failed", f"{self._program} cannot be run: {error}") from error


def _kept(rate: float) -> float:
    return min(max(rate, 0.5), 2.0)


def runs(sentence: str, lang: str) -> list[tuple[Language, str]]:
    """A sentence cut into stretches for one voice each; digits alone go with ``lang``."""
    found: list[tuple[Language, str]] = []
    for match in _RUN.finditer(sentence):
        kind: Language = (
            "zh" if (match.lastgroup or lang) == "zh" or (match["other"] and lang == "zh") else "en"
        )
        if match["other"] and not any(c.isalnum() for c in match[0]):
            continue
        found.append((kind, match[0]))
    return found
