"""A synthesiser that knows some sentences already: recorded ones first, then those rendered ahead, then the program."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping

from voice.clips import NO_CLIPS, Clip, Clips
from voice.errors import SoundFileError, SynthesizerError
from voice.normalise import spoken_sentences
from voice.ports import SAMPLE_BYTES, SentenceSynthesizer
from voice.sound_codec import without_leading_silence
from voice.speech_cache import SpeechCache, speech_key

logger = logging.getLogger(__name__)

PAUSE_S = 0.3
"""Between sentences, at normal speed."""


class CachedSynthesizer:
    """A Synthesizer over another.

    Only what keep() and render() were given is ever written to disk, and that comes from the knowledge; a sentence
    that may hold a citizen's own words is spoken and forgotten. For the voice's thread, beside one that renders ahead.

    Args:
        inner: what speaks a sentence that is not known.
        cache: where rendered sentences are kept; None keeps nothing.
    """

    def __init__(self, inner: SentenceSynthesizer, cache: SpeechCache | None = None) -> None:
        self._inner = inner
        self._cache = cache
        self._clips: Clips = NO_CLIPS
        self._wanted: frozenset[str] = frozenset()
        self.hits = 0
        """Sentences spoken from a recording or from the cache."""
        self.misses = 0
        """Sentences that the program had to speak."""

    @property
    def sample_rate(self) -> int:
        """Hz of everything that comes out."""
        return self._inner.sample_rate

    def prepare(self) -> None:
        """Make the program ready. Raises SynthesizerError."""
        self._inner.prepare()

    def stop(self) -> None:
        """Let the program go."""
        self._inner.stop()

    def furnish(self, readings: Mapping[str, str], clips: Clips) -> None:
        """How words of the trade are read, and the recordings that go before synthesis, from the next text on."""
        self._inner.use_readings(readings)
        self._clips = clips

    def kept(self) -> tuple[int, int]:
        """How many sentences are kept, and how many bytes they take."""
        return (len(self._cache), self._cache.bytes) if self._cache is not None else (0, 0)

    def synthesize(self, text: str, lang: str, rate: float = 1.0) -> Iterator[bytes]:
        """See Synthesizer; each sentence but the first begins with the pause before it."""
        pause = self._pause(rate)
        for number, (part, clip) in enumerate(self._clips.split(spoken_sentences(text, lang), lang)):
            pcm = self._recorded(clip, rate) if clip is not None else None
            remake = ""
            if pcm is None:
                pcm, remake = self._spoken(part, lang, rate)
            yield (pause if number else b"") + pcm
            if remake and self._cache is not None:
                self._cache.put(remake, pcm, self.sample_rate)

    def unrecorded(self, text: str, lang: str) -> list[str]:
        """The sentences of a text as they are read aloud, without those that a recording says."""
        parts = self._clips.split(spoken_sentences(text, lang), lang)
        return [part for part, clip in parts if clip is None]

    def key(self, sentence: str, lang: str, rate: float) -> str:
        """Where the sound of a sentence (one of unrecorded()) is kept. Raises SynthesizerError."""
        return speech_key(self._inner.fingerprint(sentence, lang, rate))

    def keep(self, keys: Collection[str]) -> None:
        """What the knowledge in use may say: it stays when room is made, and is made again when it was damaged."""
        self._wanted = frozenset(keys)
        if self._cache is not None:
            self._cache.keep(self._wanted)

    def render(self, sentence: str, lang: str, rate: float, key: str) -> bool:
        """Speak a sentence into the cache unless it is there; False when there is no room for it.

        The sentence has to come from the knowledge or the catalogue, never from a citizen.

        Raises:
            SynthesizerError: the program fails, or another than the right one stood in for it.
        """
        if self._cache is None:
            return False
        if key in self._cache:
            return True
        pcm, fingerprint = self._inner.speak(sentence, lang, rate)
        if not pcm:
            return True
        if speech_key(fingerprint) != key:
            raise SynthesizerError(
                "synthesizer_stood_in", "another voice stood in; rendering waits for the right one"
            )
        return self._cache.put(key, without_leading_silence(pcm, self.sample_rate), self.sample_rate)

    def _recorded(self, clip: Clip, rate: float) -> bytes | None:
        try:
            pcm = clip.sound(self.sample_rate, rate)
        except SoundFileError as error:
            logger.warning("the recording %s is left out: %s", clip.name, error)
            return None
        self.hits += 1
        return pcm

    def _spoken(self, sentence: str, lang: str, rate: float) -> tuple[bytes, str]:
        """The sound of a sentence, and the key under which it has to be kept, if any."""
        key = self.key(sentence, lang, rate) if self._cache is not None else ""
        known = self._cache.get(key, self.sample_rate) if self._cache is not None else None
        if known is not None:
            self.hits += 1
            return known, ""
        self.misses += 1
        pcm, fingerprint = self._inner.speak(sentence, lang, rate)
        wanted = key in self._wanted and speech_key(fingerprint) == key
        return without_leading_silence(pcm, self.sample_rate), key if wanted else ""

    def _pause(self, rate: float) -> bytes:
        return b"\0" * (int(PAUSE_S / rate * self.sample_rate) * SAMPLE_BYTES)
