"""What the kiosk hears with: its microphone, what overhears that, and the recogniser that new knowledge exchanges."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.config import KioskConfig
from kiosk_app.duplex import duplex_of, echo_of
from kiosk_app.errors import KioskError
from kiosk_app.events import Event
from kiosk_app.runtime.librarian import Librarian
from kiosk_app.runtime.parts import build_listener, build_microphone
from kiosk_app.runtime.recognition import ReplaceableRecognizer
from kiosk_app.runtime.sound_meter import SoundMeter
from kiosk_app.runtime.speaking import Speaking
from voice.completeness import Completeness
from voice.level import loudness
from voice.listener import Listener
from voice.monitored_microphone import MonitoredMicrophone
from voice.ports import Microphone, Recognizer


class Hearing:
    """Lives as long as the kiosk. The ears come and go with their microphone; what they listen for stays.

    Args:
        device: makes the microphone, anew for every pair of ears.
    """

    def __init__(
        self,
        config: KioskConfig,
        device: Callable[[KioskConfig], Microphone],
        librarian: Librarian,
        speaking: Speaking,
        emit: Callable[[Event], None],
    ) -> None:
        self._config = config
        self._device = device
        self._librarian = librarian
        self._speaking = speaking
        self._emit = emit
        self._duplex = duplex_of(config)
        self._recognizer: ReplaceableRecognizer | None = None
        self.meter = SoundMeter()
        self.microphone: MonitoredMicrophone | None = None
        """What the ears listen to, once they were built: its level and the room's, for whoever asks."""

    @property
    def full_duplex(self) -> bool:
        """The ears may be open while the kiosk speaks."""
        return self._duplex is not None

    def build(self) -> Listener:
        """The ears, closed, for the supervisor. Raises KioskError ``no_knowledge``, VoiceError."""
        volume = self._librarian.current
        if volume is None:
            raise KioskError("there is no knowledge yet, so there are no words to listen for", "no_knowledge")
        self._recognizer = recognizer = ReplaceableRecognizer(self._librarian.recognizer(volume))
        newest = self._librarian.current
        if newest is not None and newest is not volume:  # exchanged while its words were being learnt
            recognizer.replace(self._librarian.recognizer(newest))
        self.microphone = build_microphone(self._config, self._device(self._config), self._emit)
        overheard = self.meter.overhear(self._speaking.noise.overhear(self.microphone))
        echo = echo_of(self._duplex, self._speaking.loudest)
        listener = build_listener(overheard, recognizer, self._emit, self._judge, echo)
        listener.pause()  # the session opens the ears when it hears that they are there
        return listener

    def listen_for(self, recognizer: Recognizer) -> None:
        """Recognise with this one from the next utterance on; without ears the next pair has it anyway."""
        if self._recognizer is not None:
            self._recognizer.replace(recognizer)

    def loudness(self) -> float:
        """How loud the voice is that is listened to, 0 to 1, for the screen's ring."""
        microphone = self.microphone
        return 0.0 if microphone is None else loudness(microphone.level, microphone.room_dbfs)

    def _judge(self, text: str) -> Completeness:
        volume = self._librarian.current
        return volume.judge(text) if volume is not None else Completeness.NOTHING
