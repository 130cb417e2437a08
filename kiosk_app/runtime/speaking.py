"""What the kiosk speaks with: the voice, the sentences that it knows already, and how loud it is in this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk_app.config import KioskConfig
from kiosk_app.dialogue.repertoire import repertoire
from kiosk_app.events import Event
from kiosk_app.home import LANGUAGES
from kiosk_app.reply import Language
from kiosk_app.runtime.prerender import Prerenderer, Rendered
from kiosk_app.runtime.room_noise import RoomNoise
from kiosk_app.runtime.sound_devices import configured_speaker
from kiosk_app.runtime.voices import choose_voice
from models.knowledge import Knowledge
from voice.cached_synthesizer import CachedSynthesizer
from voice.clips import Clip, Clips
from voice.errors import VoiceError
from voice.events import PlaybackFailed, PlaybackFinished, PlaybackStarted
from voice.level import FLOOR_DBFS
from voice.loudness import LoudnessSettings, RoomLoudness
from voice.player import Voice
from voice.ports import Speaker
from voice.speech_cache import SpeechCache

MEGABYTE = 1_000_000


class Speaking:
    """Lives as long as the kiosk. The voice itself comes and goes with its loudspeaker; what it knows stays.

    Args:
        speaker: makes the loudspeaker, anew for every voice.
        told: called in a thread of its own when all that may be said has been rendered, or no more of it fits.
    """

    def __init__(
        self,
        config: KioskConfig,
        speaker: Callable[[KioskConfig], Speaker] = configured_speaker,
        told: Callable[[Rendered], None] = lambda _: None,
    ) -> None:
        self._config = config
        self._speaker = speaker
        self._told = told
        self._furniture: tuple[Knowledge, Sequence[str]] | None = None
        self._synthesizer: CachedSynthesizer | None = None
        self._prerenderer: Prerenderer | None = None
        self._cache: SpeechCache | None = None
        self._voice: Voice | None = None
        self._attended = False
        self.noise = RoomNoise()
        self._loudness = RoomLoudness(LoudnessSettings(ordinary_dbfs=config.speech.ordinary_room_dbfs))

    def build(self, emit: Callable[[Event], None]) -> Voice:
        """A voice on the loudspeaker, for the supervisor. Raises SynthesizerError, SpeakerError."""
        synthesizer = self._synthesizer or self._prepared()
        synthesizer.prepare()
        speaker = self._speaker(self._config)
        try:
            speaker.start()
        except VoiceError:
            speaker.stop()  # or its process stays, and the supervisor tries again and again
            raise
        voice = self._voice = Voice(synthesizer, speaker, emit)
        voice.attend(self._attended)
        return voice

    def loudest(self, since: float, until: float) -> float:
        """The highest level in dBFS that left the loudspeaker between two monotonic times; the voice may be away."""
        return self._voice.loudest(since, until) if self._voice is not None else FLOOR_DBFS

    def stop(self) -> None:
        """End rendering and the programs; the voice is the supervisor's to stop, before this."""
        if self._prerenderer is not None:
            self._prerenderer.stop()
        if self._synthesizer is not None:
            self._synthesizer.stop()

    def furnish(self, knowledge: Knowledge, frequent: Sequence[str]) -> None:
        """Speak for this knowledge from now on; what it may say is rendered when nobody is here.

        ``frequent`` are the matters asked most in this hall.
        """
        self._furniture = (knowledge, frequent)
        if self._synthesizer is not None:
            self._apply(self._synthesizer)

    def visit_started(self) -> None:
        """Somebody is here: keep the loudspeaker open, leave the processor to them."""
        self._attend(True)

    def visit_ended(self) -> None:
        """Nobody is here: the next one finds the default volume."""
        self._attend(False)
        self._loudness.reset()

    def wipe(self) -> None:
        """Delete what was rendered ahead; it is rendered anew when nobody is here. Raises OSError."""
        if self._cache is not None:
            self._cache.clear()
        if self._synthesizer is not None:
            self._apply(self._synthesizer)

    def heard(self, event: Event) -> None:
        """What the voice tells; while it speaks the room is not measured."""
        if isinstance(event, PlaybackStarted):
            self.noise.kiosk_speaks = True
        elif isinstance(event, PlaybackFinished | PlaybackFailed):
            self.noise.kiosk_speaks = False

    def volume(self, chosen: float) -> float:
        """The volume of the next text, for the volume that the visit has chosen."""
        return self._loudness.volume(chosen, self.noise.dbfs if self._config.speech.follow_room else None)

    def _prepared(self) -> CachedSynthesizer:
        speech = self._config.speech
        inner = choose_voice(self._config)
        inner.prepare()
        folder = self._config.home / "cache" / "spoken"
        cache = self._cache = SpeechCache(folder, speech.cache_mb * MEGABYTE) if speech.cache_mb else None
        synthesizer = self._synthesizer = CachedSynthesizer(inner, cache)
        if cache is not None:
            self._prerenderer = Prerenderer(synthesizer, self._told)
        self._apply(synthesizer)
        return synthesizer

    def _apply(self, synthesizer: CachedSynthesizer) -> None:
        if self._furniture is None:
            return
        knowledge, frequent = self._furniture
        readings = {term.term: term.reading for term in knowledge.lexicon if term.reading}
        clips = Clips(
            Clip(place.name, place.lang, place.text, data) for place, data in knowledge.recordings()
        )
        synthesizer.furnish(readings, clips)
        if self._prerenderer is not None:
            first = self._config.site.lang
            spoken: list[Language] = [first, *(lang for lang in LANGUAGES if lang != first)]
            texts = {
                lang: repertoire(knowledge, lang, frequent) for lang in spoken if lang in knowledge.languages
            }
            self._prerenderer.furnish(texts)

    def _attend(self, on: bool) -> None:
        self._attended = on
        if self._voice is not None:
            self._voice.attend(on)
        if self._prerenderer is not None:
            (self._prerenderer.rest if on else self._prerenderer.go_on)()
