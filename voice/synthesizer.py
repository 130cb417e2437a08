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
from collections.abc import Iterator, Mapping
from typing import Literal

from voice.errors import SynthesizerError
from voice.normalise import sentences, speakable_en, speakable_zh
from voice.ports import SAMPLE_BYTES

_RATE = 22_050
"""Hz of every voice of espeak-ng."""

_WORDS_PER_MINUTE = {"zh": 170, "en": 160}
_PAUSE_S = 0.3  # between sentences at normal speed
_TIMEOUT_S = 10.0
_WAV_HEADER = 44  # espeak-ng writes the canonical header; its length fields are not set when it streams
_PINYIN_VOICE = "cmn-latn-pinyin"
_READS_CHARACTERS = (1, 52)
_INSTALL = "apt-get install espeak-ng"

_HANZI = "㐀-鿿〇"
_RUN = re.compile(rf"(?P<zh>[{_HANZI}][^A-Za-z]*)|(?P<en>[A-Za-z][^{_HANZI}]*)|(?P<other>[^{_HANZI}A-Za-z]+)")
_PAUSES = str.maketrans("，、；：。！？…（）“”《》", ",,,,.!?,,,  ,,")
_KEPT_PUNCTUATION = set(",.!? ")

Language = Literal["zh", "en"]


class EspeakSynthesizer:
    """A Synthesizer; one process per sentence (about 15 ms), nothing kept between them.

    Args:
        readings: how words are to be read, as blank-separated numbered pinyin, over what pypinyin knows
            (``{"居住证": "ju1 zhu4 zheng4"}``).
        program: name or path of espeak-ng.
    """

    sample_rate = _RATE

    def __init__(self, readings: Mapping[str, str] | None = None, *, program: str = "espeak-ng") -> None:
        self._program = program
        self._readings = dict(readings or {})
        longest_first = sorted(self._readings, key=len, reverse=True)
        self._listed = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._chinese_voice: str | None = None

    def prepare(self) -> None:
        """Find the program and its Chinese voice, load the readings. Raises SynthesizerError."""
        if self._chinese_voice is None:
            self._chinese_voice = self._find_chinese_voice()
            self._pinyin("你好")

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
        if lang not in _WORDS_PER_MINUTE:
            raise SynthesizerError(
                "synthesizer_language", f"no voice for language {lang!r}; there are zh and en"
            )
        self.prepare()
        rate = min(max(rate, 0.5), 2.0)
        spoken = speakable_zh(text) if lang == "zh" else speakable_en(text)
        pause = b"\0" * (int(_PAUSE_S / rate * _RATE) * SAMPLE_BYTES)
        for number, sentence in enumerate(sentences(spoken)):
            pieces = [self._run(run_lang, run, rate) for run_lang, run in runs(sentence, lang)]
            yield (pause if number else b"") + b"".join(pieces)

    def pinyin(self, text: str) -> str:
        """What the pinyin voice is given for a Chinese text: numbered syllables and pauses."""
        parts: list[str] = []
        at = 0
        for match in self._listed.finditer(text) if self._listed else ():
            parts += [self._pinyin(text[at : match.start()]), self._readings[match[0]]]
            at = match.end()
        parts.append(self._pinyin(text[at:]))
        return re.sub(r"\s+([,.!?])", r"\1", " ".join(" ".join(parts).split()))

    def _pinyin(self, text: str) -> str:
        from pypinyin import Style, lazy_pinyin

        syllables = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=_punctuation)
        return " ".join(syllable.replace("ü", "v") for syllable in syllables)

    def _run(self, lang: Language, text: str, rate: float) -> bytes:
        words_per_minute = round(_WORDS_PER_MINUTE[lang] * rate)
        if lang == "en":
            return self._speak("en", text.translate(_PAUSES), words_per_minute)
        voice = self._chinese_voice or _PINYIN_VOICE
        return self._speak(voice, self.pinyin(text) if voice == _PINYIN_VOICE else text, words_per_minute)

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

    def _find_chinese_voice(self) -> str:
        if shutil.which(self._program) is None:
            raise SynthesizerError(
                "synthesizer_missing", f"{self._program} not found; install with: {_INSTALL}"
            )
        voices = self._call("--voices=cmn").decode(errors="replace")
        if _PINYIN_VOICE in voices.split():
            return _PINYIN_VOICE
        version = self._call("--version").decode(errors="replace")
        found = re.search(r"(\d+)\.(\d+)", version)
        if found and (int(found[1]), int(found[2])) >= _READS_CHARACTERS and "cmn" in voices.split():
            return "cmn"
        raise SynthesizerError(
            "synthesizer_voice",
            f"{self._program} has no voice {_PINYIN_VOICE} ({version.strip()}); install with: {_INSTALL}",
        )

    def _call(self, *arguments: str, text: str = "") -> bytes:
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=text.encode(),
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError as error:
            raise SynthesizerError(
                "synthesizer_missing", f"{self._program} not found; install with: {_INSTALL}"
            ) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SynthesizerError("synthesizer_failed", f"{self._program} cannot be run: {error}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-200:]
            raise SynthesizerError(
                "synthesizer_failed", f"{self._program} ended with {done.returncode}: {said or 'no message'}"
            )
        return done.stdout


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


def _punctuation(text: str) -> str:
    """What is not Chinese, as pauses; anything else is left out."""
    return " ".join(character for character in text.translate(_PAUSES) if character in _KEPT_PUNCTUATION)
