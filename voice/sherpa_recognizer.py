"""Streaming recognition by sherpa-onnx (optional extra ``sherpa``), for any streaming transducer folder."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voice.errors import RecognizerError
from voice.ports import SAMPLE_BYTES, SAMPLE_RATE, Recognition, Word
from voice.sherpa_model import find_files, is_chinese, load_engine, signs_of
from voice.transcript import recognition_of, text_of

if TYPE_CHECKING:
    import sherpa_onnx

_TAIL = np.zeros(SAMPLE_RATE * 3 // 10, np.float32)
"""Silence after the utterance, so that its last sounds fill the network's block."""
_FULL_SCALE = 32_768
_LATIN = re.compile(r"[A-Za-z][A-Za-z' ]*")
_SEAM = re.compile(r"(?<=[A-Za-z'])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[A-Za-z])")
_SHORTEST_TERM = 2


class SherpaRecognizer:
    """A Recognizer on a model folder (tokens.txt, encoder, decoder, joiner); loaded once per process and shared.

    Args:
        model: the folder.
        vocabulary: words that the search prefers; those that the model cannot write are left out.

    Raises:
        RecognizerError: sherpa-onnx is not installed, a file is missing (the message names it), or the library
            cannot use the model.
    """

    def __init__(self, model: Path, vocabulary: Iterable[str] = ()) -> None:
        self._engine = load_engine(model)
        files = find_files(model)
        self.vocabulary = writable(vocabulary, signs_of(files.tokens), pieces=files.pieces is not None)
        self._hotwords = "/".join(self.vocabulary)
        self._heard_s = 0.0
        self._stream = self._new_stream()

    def accept(self, pcm: bytes) -> str:
        """Take 16 kHz s16 mono sound; the text so far. Raises RecognizerError."""
        self._heard_s += len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE)
        self._decode(np.frombuffer(pcm, np.int16).astype(np.float32) / _FULL_SCALE)
        return _plain(self._engine.get_result(self._stream))

    def finish(self) -> Recognition:
        """The result since the last reset. Raises RecognizerError."""
        if not self._heard_s:
            return Recognition("", (), 0.0)
        self._decode(_TAIL, last=True)
        result = self._engine.get_result_all(self._stream)
        words = words_of(result.tokens, result.timestamps, result.ys_probs, self._heard_s)
        self.reset()
        return recognition_of(words)

    def reset(self) -> None:
        """Forget the utterance."""
        self._heard_s = 0.0
        self._stream = self._new_stream()

    def _new_stream(self) -> sherpa_onnx.OnlineStream:
        if self._hotwords:
            return self._engine.create_stream(self._hotwords)
        return self._engine.create_stream()

    def _decode(self, samples: np.ndarray, *, last: bool = False) -> None:
        try:
            self._stream.accept_waveform(SAMPLE_RATE, samples)
            if last:
                self._stream.input_finished()
            while self._engine.is_ready(self._stream):
                self._engine.decode_stream(self._stream)
        except RuntimeError as error:  # what the binding makes of every failure of the library
            self.reset()
            raise RecognizerError(
                "recognizer_failed", f"sherpa-onnx could not decode: {error}; the utterance is lost"
            ) from error


def writable(terms: Iterable[str], signs: frozenset[str], *, pieces: bool) -> tuple[str, ...]:
    """Each term once that is longer than a character and that a model with these tokens can write.

    Latin words count only where the model knows how they are cut into pieces.
    """

    def fits(term: str) -> bool:
        return len(term) >= _SHORTEST_TERM and all(
            sign in signs if is_chinese(sign) else pieces and sign.isascii() and sign.isalpha()
            for sign in term
        )

    return tuple(dict.fromkeys(term for term in terms if fits(term)))


def words_of(
    tokens: Sequence[str], starts: Sequence[float], log_probabilities: Sequence[float], end_s: float
) -> list[Word]:
    """The tokens as words: a Chinese character is one, the pieces of a Latin word are joined.

    A piece that begins a word comes with a blank before it. A word's confidence is the mean of its tokens'.
    """
    groups: list[list[int]] = []
    for number, token in enumerate(tokens):
        joins = groups and not token.startswith((" ", "▁")) and not _chinese(token)
        if joins and not _chinese(tokens[groups[-1][-1]]):
            groups[-1].append(number)
        else:
            groups.append([number])
    words: list[Word] = []
    for group, after in zip_longest(groups, groups[1:]):
        end = starts[after[0]] if after else end_s
        text = _plain("".join(tokens[number] for number in group)).strip()
        confidence = sum(math.exp(min(0.0, log_probabilities[number])) for number in group) / len(group)
        if text:
            words.append(Word(text, starts[group[0]], max(end, starts[group[0]]), confidence))
    return words


def _chinese(token: str) -> bool:
    return is_chinese(token.strip(" ▁")[:1])


def _plain(text: str) -> str:
    """Latin words in small letters: these models are trained on capitals, and nobody shouts at a kiosk."""
    lower = _LATIN.sub(lambda match: match[0].lower(), text.replace("▁", " "))
    return text_of(_SEAM.sub(" ", lower).split())
