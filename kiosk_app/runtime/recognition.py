"""A recogniser that can be exchanged between two utterances, for new knowledge brings new vocabulary."""

from __future__ import annotations

import threading

from voice.ports import Recognition, Recognizer


class ReplaceableRecognizer:
    """Passes everything on to the recogniser in use; a replacement begins with the next utterance."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._current = recognizer
        self._next: Recognizer | None = None
        self._in_utterance = False
        self._lock = threading.Lock()

    def replace(self, recognizer: Recognizer) -> None:
        """Use ``recognizer`` from the next utterance on; from any thread."""
        with self._lock:
            self._next = recognizer

    def accept(self, pcm: bytes) -> str:
        """Take more sound; the text so far."""
        if not self._in_utterance:
            self._exchange()
            self._in_utterance = True
        return self._current.accept(pcm)

    def finish(self) -> Recognition:
        """The result of the utterance."""
        self._in_utterance = False
        return self._current.finish()

    def reset(self) -> None:
        """Forget the utterance."""
        self._in_utterance = False
        self._current.reset()

    def _exchange(self) -> None:
        with self._lock:
            if self._next is not None:
                self._current, self._next = self._next, None
