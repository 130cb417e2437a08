"""Recorded speech that goes before synthesis: which sentences it covers, and its sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from voice.normalise import spoken_sentences
from voice.sound_codec import decoded
from voice.stretch import stretched


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: its name for the log, the words it says in one language, the bytes of its sound file."""

    name: str
    lang: str
    text: str
    data: bytes

    def sound(self, sample_rate: int, tempo: float = 1.0) -> bytes:
        """Mono s16le at ``sample_rate`` Hz, spoken ``tempo`` times as fast at the same pitch. Raises SoundFileError."""
        return stretched(decoded(self.data, sample_rate), sample_rate, tempo)


class Clips:
    """Recordings by the sentences they say. Written forms that are read alike (3 号, 三号) are the same."""

    def __init__(self, clips: Iterable[Clip] = ()) -> None:
        by_sentences = {(clip.lang, spoken_sentences(clip.text, clip.lang)): clip for clip in clips}
        self._by_sentences: Mapping[tuple[str, tuple[str, ...]], Clip] = MappingProxyType(by_sentences)
        self._longest = max((len(sentences) for _, sentences in by_sentences), default=0)

    def __len__(self) -> int:
        return len(self._by_sentences)

    def split(self, sentences: Sequence[str], lang: str) -> Iterator[tuple[str, Clip | None]]:
        """A text's sentences in order, each alone or, where a recording says several, those together with it."""
        at = 0
        while at < len(sentences):
            for count in range(min(self._longest, len(sentences) - at), 0, -1):
                clip = self._by_sentences.get((lang, tuple(sentences[at : at + count])))
                if clip is not None:
                    yield ("" if lang == "zh" else " ").join(sentences[at : at + count]), clip
                    at += count
                    break
            else:
                yield sentences[at], None
                at += 1


NO_CLIPS = Clips()
"""Nothing is recorded."""
