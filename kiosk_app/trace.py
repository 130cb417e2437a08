"""How long each turn took, stage by stage, gathered from the events themselves. Holds no words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kiosk_app import events as ev
from kiosk_app.request import MatterAsked, TextAsked
from kiosk_app.session import Ask, Effect, SessionState, Speak, VisitEnded

KEPT_TURNS = 50
"""As many as the technician's screen shows."""

STAGES = (
    "speech_started",
    "first_partial",
    "first_caption",
    "speech_ended",
    "endpoint_decided",
    "recognised",
    "understood",
    "first_audio",
)
"""The moments of a turn, in the order in which they usually come."""


@dataclass(frozen=True, slots=True)
class TurnTrace:
    """One turn. All times are monotonic seconds; None where the stage did not happen."""

    visit: int
    turn: int
    channel: Literal["voice", "touch", "text"]
    lang: str
    number: int = 0
    """Which question of its visit this is, from 1; ``turn`` counts on through all visits."""
    speech_started: float | None = None
    """The first voiced sample."""
    first_partial: float | None = None
    """The first words are known; ``first_caption``: they stand on the screen."""
    first_caption: float | None = None
    speech_ended: float | None = None
    """The last voiced sample; ``endpoint_decided``: that it was the last is sure."""
    endpoint_decided: float | None = None
    recognised: float | None = None
    """The final text is known."""
    understood: float | None = None
    """The answer is known; ``understand_ms`` is how long the dialogue itself took for it."""
    understand_ms: float | None = None
    first_audio: float | None = None
    """The first sample of the answer leaves the loudspeaker."""
    utterance: int | None = None
    act: str | None = None
    matter: str | None = None
    facet: str | None = None
    confidence: float | None = None

    def milliseconds(self, start: float | None, end: float | None) -> float | None:
        """The time between two stages; None when one of them did not happen."""
        if start is None or end is None:
            return None
        return round(max(0.0, end - start) * 1000, 1)

    def stages(self) -> dict[str, float]:
        """Milliseconds from the first moment of the turn to each that happened, in the order of STAGES."""
        times = {name: at for name in STAGES if (at := getattr(self, name)) is not None}
        first = min(times.values(), default=0.0)
        return {name: round((at - first) * 1000, 1) for name, at in times.items()}

    def __str__(self) -> str:
        """One line for the technician's log: milliseconds from the first moment of the turn to each stage."""
        stages = ", ".join(f"{name.replace('_', ' ')} {after:.0f}" for name, after in self.stages().items())
        return f"visit {self.visit}, turn {self.number} by {self.channel}, ms: {stages or 'no stage came'}"

    def record(self) -> dict[str, str | int | float | None]:
        """The turn as telemetry: identifiers and milliseconds only."""
        return {
            "visit": self.visit,
            "turn": self.number,
            "channel": self.channel,
            "lang": self.lang,
            "act": self.act,
            "matter": self.matter,
            "facet": self.facet,
            "confidence": None if self.confidence is None else round(self.confidence, 3),
            "caption_ms": self.milliseconds(self.speech_started, self.first_caption),
            "endpoint_ms": self.milliseconds(self.speech_ended, self.endpoint_decided),
            "recognise_ms": self.milliseconds(self.endpoint_decided, self.recognised),
            "understand_ms": self.understand_ms,
            "first_audio_ms": self.milliseconds(self.speech_ended, self.first_audio),
        }


class Tracer:
    """Watches events and effects go by and gives each turn's trace when its answer starts to sound.

    A turn whose answer is never heard (no loudspeaker, cut short) is given when the next one begins or the
    visit ends.
    """

    def __init__(self) -> None:
        self.turns: tuple[TurnTrace, ...] = ()
        """The last KEPT_TURNS that were completed, oldest first; replaced as a whole, so any thread may read it."""
        self._heard = TurnTrace(0, 0, "voice", "")
        self._open: TurnTrace | None = None
        self._understanding = (0, 0.0)

    def observe(self, event: ev.Event, effects: Iterable[Effect], state: SessionState) -> list[TurnTrace]:
        """Take one transition; the turns that it completed."""
        finished: list[TurnTrace] = []
        self._hear(event)
        turn = self._open
        if turn is not None:
            if isinstance(event, ev.Replied) and event.turn == turn.turn:
                reply = event.reply
                facet = reply.facet if reply.matter else None
                number, milliseconds = self._understanding
                self._open = replace(
                    turn,
                    act=reply.act,
                    matter=reply.matter,
                    facet=facet,
                    confidence=reply.confidence,
                    understood=event.at,
                    understand_ms=round(milliseconds, 2) if number == turn.turn else None,
                )
            elif isinstance(event, ev.PlaybackStarted) and event.utterance == turn.utterance:
                self._open = replace(turn, first_audio=event.at)
                self._finish(finished)
        for effect in effects:
            match effect:
                case Ask():
                    self._finish(finished)
                    self._begin(effect, state, by_voice=isinstance(event, ev.UtteranceHeard))
                case Speak() if self._open is not None and self._open.act and self._open.utterance is None:
                    self._open = replace(self._open, utterance=effect.utterance)
                case VisitEnded():
                    self._finish(finished)
                case _:
                    pass
        return finished

    def understood(self, turn: int, milliseconds: float) -> None:
        """How long the dialogue took for ``turn``; told before the turn's reply is observed."""
        self._understanding = (turn, milliseconds)

    def _hear(self, event: ev.Event) -> None:
        match event:
            case ev.SpeechStarted():
                self._heard = TurnTrace(0, 0, "voice", "", speech_started=event.at)
            case ev.PartialHeard() if self._heard.first_partial is None:
                self._heard = replace(self._heard, first_partial=event.at)
            case ev.CaptionDrawn() if self._heard.speech_started and self._heard.first_caption is None:
                self._heard = replace(self._heard, first_caption=event.at)
            case ev.UtteranceHeard():
                self._heard = replace(
                    self._heard, speech_ended=event.speech_ended_at, recognised=event.recognised_at
                )
            case ev.SpeechEnded():
                self._heard = replace(self._heard, endpoint_decided=event.decided_at)
            case _:
                pass

    def _begin(self, ask: Ask, state: SessionState, *, by_voice: bool) -> None:
        visit, number = (state.visit.number, state.visit.turns) if state.visit else (0, 0)
        if by_voice:
            self._open = replace(self._heard, visit=visit, turn=ask.turn, lang=ask.lang, number=number)
        else:
            channel = "text" if isinstance(ask.request, TextAsked) else "touch"
            self._open = TurnTrace(visit, ask.turn, channel, ask.lang, number)
        if isinstance(ask.request, MatterAsked):
            self._open = replace(self._open, matter=ask.request.matter)
        self._heard = TurnTrace(0, 0, "voice", "")

    def _finish(self, finished: list[TurnTrace]) -> None:
        turn, self._open = self._open, None
        if turn is not None and turn.act is not None:
            self.turns = (*self.turns, turn)[-KEPT_TURNS:]
            finished.append(turn)
