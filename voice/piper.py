"""Speech by the piper program, a natural voice for one language.

Piper (GPL-3.0-or-later, package piper-tts) is a separate program and never imported: it is started once and kept, gets
a sentence a line on its standard input, writes a sound file for each into a folder in memory, and names it in a line
of its output ("Wrote PATH"; the older C++ program prints the path alone). Its speed is fixed when it starts, so other
speeds are stretched here.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import select
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from voice.errors import SoundFileError, SynthesizerError
from voice.sound_codec import decoded
from voice.stretch import stretched

logger = logging.getLogger(__name__)

PROGRAM = ("piper",)
_INSTALL = "pipx install piper-tts"
_MEMORY = Path("/dev/shm")  # noqa: S108  what is spoken is never written to a disk
_WROTE = re.compile(r"(?:^|\s)(?P<path>/\S.*\.wav)\s*$")
_LOADING_S = 20.0
"""The first sentence waits for the model of 63 MB, some seconds on a small board."""
_SENTENCE_S = 6.0
_PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Before the program is started again, after it failed so many times in a row."""
_ENDING_S = 2.0
_TOLD = 4_000
"""Bytes of the program's last words that are kept for the error."""


class PiperSynthesizer:
    """A SentenceSynthesizer on a kept process. Safe to call from several threads; one sentence at a time.

    Args:
        model: the voice, an ONNX file with its settings beside it (``.onnx.json``).
        lang: the only language it speaks.
        sample_rate: Hz of the voice, from its settings.
        program: the command, without the arguments given here.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        model: Path,
        lang: str,
        sample_rate: int,
        *,
        program: Sequence[str] = PROGRAM,
        loading_s: float = _LOADING_S,
        sentence_s: float = _SENTENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._lang = lang
        self._program = tuple(program)
        self._loading_s = loading_s
        self._sentence_s = sentence_s
        self._clock = clock
        self.sample_rate = sample_rate
        self._identity = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._warm = False
        self._told = b""  # by the program and not read yet
        self._heard = b""  # of what it told, what named no sound file
        self._failures = 0
        self._rests_until = 0.0
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Find the program and the voice, and let it load. Raises SynthesizerError when one is missing."""
        if shutil.which(self._program[0]) is None:
            raise SynthesizerError("piper_missing", f"{self._program[0]} not found; install with: {_INSTALL}")
        if not self._model.is_file():
            raise SynthesizerError(
                "piper_voice_missing",
                f"{self._model} is not there; run: kiosk models fetch {self._model.name}",
            )
        with self._lock:
            if self._process is None and self._clock() >= self._rests_until:
                self._start()

    def use_readings(self, readings: Mapping[str, str]) -> None:
        """Nothing: piper reads characters itself and takes no readings."""

    def stop(self) -> None:
        """End the program."""
        with self._lock:
            self._end()

    def fingerprint(self, sentence: str, lang: str, rate: float) -> str:
        """The voice's file, the sentence and the speed."""
        if not self._identity and self._model.is_file():
            told = self._model.stat()
            self._identity = f"piper {self._model.name} {told.st_size} {int(told.st_mtime)}"
        return f"{self._identity}\n{lang} {rate:.2f}\n{sentence}"

    def speak(self, sentence: str, lang: str, rate: float) -> tuple[bytes, str]:
        """See SentenceSynthesizer. After a failure the program is left alone for a while; then this fails at once."""
        if lang != self._lang:
            raise SynthesizerError(
                "synthesizer_language", f"the piper voice speaks {self._lang}, not {lang!r}"
            )
        fingerprint = self.fingerprint(sentence, lang, rate)
        with self._lock:
            if self._clock() < self._rests_until:
                raise SynthesizerError("piper_rests", "piper failed a moment ago and is started again later")
            try:
                sound = self._ask(" ".join(sentence.split()))
            except SynthesizerError:
                self._failed()
                raise
            self._failures = 0
        return stretched(sound, self.sample_rate, rate), fingerprint

    def _ask(self, line: str) -> bytes:
        process = self._process or self._start()
        limit = self._sentence_s if self._warm else self._loading_s
        assert process.stdin is not None  # noqa: S101  it was opened with pipes
        try:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise SynthesizerError("piper_ended", f"piper ended: {self._last_words()}") from error
        path = self._written(process, self._clock() + limit)
        self._warm = True
        try:
            return decoded(path.read_bytes(), self.sample_rate)
        except (OSError, SoundFileError) as error:
            raise SynthesizerError("piper_failed", f"piper wrote no sound: {error}") from error
        finally:
            with contextlib.suppress(OSError):
                path.unlink()

    def _written(self, process: subprocess.Popen[bytes], deadline: float) -> Path:
        """The sound file that the program names next."""
        assert process.stdout is not None  # noqa: S101  it was opened with pipes
        while True:
            line, newline, rest = self._told.partition(b"\n")
            if newline:
                self._told = rest
                found = _WROTE.search(line.decode(errors="replace"))
                if found and self._folder is not None and found["path"].startswith(self._folder.name):
                    return Path(found["path"])
                self._heard = (self._heard + line + b"\n")[-_TOLD:]
                continue
            left = deadline - self._clock()
            if left <= 0:
                raise SynthesizerError(
                    "piper_hangs", "piper did not speak a sentence in time and was stopped"
                )
            if not select.select([process.stdout], [], [], left)[0]:
                continue
            piece = os.read(process.stdout.fileno(), 65_536)
            if not piece:
                raise SynthesizerError("piper_ended", f"piper ended: {self._last_words()}")
            self._told += piece

    def _start(self) -> subprocess.Popen[bytes]:
        if self._folder is None:
            memory = _MEMORY if _MEMORY.is_dir() else None
            self._folder = tempfile.TemporaryDirectory(prefix="yingbin-piper-", dir=memory)
        command = [*self._program, "--model", str(self._model), "--output_dir", self._folder.name]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as error:
            raise SynthesizerError("piper_missing", f"{self._program[0]} cannot be run: {error}") from error
        self._warm, self._told, self._heard = False, b"", b""
        return self._process

    def _failed(self) -> None:
        pause = _PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)]
        self._failures += 1
        self._rests_until = self._clock() + pause
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.kill()
            try:
                process.wait(_ENDING_S)
            except subprocess.TimeoutExpired:
                logger.warning("piper (process %d) does not end; left behind", process.pid)
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def _last_words(self) -> str:
        lines = (self._heard + self._told).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "without a word"
