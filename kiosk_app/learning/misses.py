"""Notices what was not understood, from the session's own events. Holds words of the present visit only, redacted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kiosk_app.events import Event, Replied
from kiosk_app.redaction import redact
from kiosk_app.redaction.names import is_bare_name
from kiosk_app.reply import Reply
from kiosk_app.request import TextAsked
from kiosk_app.session import Ask, CallStaff, Effect, VisitEnded

LONGEST_KEPT = 120
"""Characters; what is longer is no question that an example could be made of."""

Reason = Literal["rejected", "refused"]

_MASK = re.compile(r"\[[a-z]+\]")
_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"[\d零〇一二三四五六七八九幺两]")
_LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not understood.

    ``text`` is redacted. ``rejected``: the kiosk said so itself; ``refused``: it offered or answered something
    else than was meant. ``settled`` is the matter that the citizen reached right afterwards by other words or by touch.
    """

    text: str
    reason: Reason
    settled: str | None = None
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class _Offer:
    text: str
    alternatives: tuple[str, ...]


class MissWatcher:
    """Watches replies and effects go by and gives a visit's misses when the visit ends."""

    def __init__(self) -> None:
        self._forget()

    def observe(self, event: Event, effects: Iterable[Effect]) -> list[Miss]:
        """Take one transition; the misses of the visit that it ended."""
        ended: list[Miss] = []
        if isinstance(event, Replied) and self._asked is not None and event.turn == self._asked[0]:
            text, self._asked = self._asked[1], None
            self._replied(text, event.reply)
        for effect in effects:
            match effect:
                case Ask():
                    request = effect.request
                    self._asked = (effect.turn, request.text if isinstance(request, TextAsked) else "")
                case CallStaff():
                    self._refuse()
                    self._misses = [replace(miss, handed_over=True) for miss in self._misses]
                case VisitEnded():
                    self._refuse()
                    ended += self._misses
                    self._forget()
                case _:
                    pass
        return ended

    def _forget(self) -> None:
        self._asked: tuple[int, str] | None = None
        self._offer: _Offer | None = None
        self._answer: tuple[str, str] | None = None
        self._misses: list[Miss] = []
        self._fresh = 0

    def _replied(self, text: str, reply: Reply) -> None:
        answer, self._answer = self._answer, None
        if reply.act in ("answer", "ask_slot") and reply.matter is not None:
            if self._offer is not None and reply.matter in self._offer.alternatives:
                self._offer = None  # one of those that were offered: it was understood after all
            self._refuse()
            self._settle(reply.matter)
            self._answer = (text, reply.matter)
        elif reply.missed:
            self._refuse()
            self._miss(text, "rejected")
        elif reply.act in ("clarify", "confirm"):
            self._refuse()
            # Without any confidence it is no guess: "how much?" is asked back of which matter.
            self._offer = _Offer(text, reply.alternatives) if text and reply.confidence > 0 else None
        elif reply.act == "reject":  # the citizen has said that it is not what was meant
            self._refuse()
            if answer is not None:
                self._deny(*answer)
        elif reply.act in ("repeat", "command"):
            self._answer = answer  # louder, once more: the same answer is still there

    def _refuse(self) -> None:
        """What was offered is not what was meant."""
        offer, self._offer = self._offer, None
        if offer is not None:
            self._miss(offer.text, "refused")

    def _deny(self, text: str, matter: str) -> None:
        """The answer that was just given was about ``matter`` and should not have been."""
        self._misses = [
            replace(miss, settled=None) if miss.settled == matter else miss for miss in self._misses
        ]
        self._miss(text, "refused")

    def _miss(self, text: str, reason: Reason) -> None:
        kept = keepable(text)
        if kept:
            self._misses.append(Miss(kept, reason))
            self._fresh += 1

    def _settle(self, matter: str) -> None:
        """The questions just missed were about ``matter``, for that is what the citizen went on to."""
        done = len(self._misses) - self._fresh
        self._misses[done:] = [replace(miss, settled=matter) for miss in self._misses[done:]]
        self._fresh = 0


def keepable(text: str) -> str:
    """``text`` redacted, or nothing when no question is left in it: a number in pieces, a bare name, a noise."""
    kept = " ".join(redact(text[: 4 * LONGEST_KEPT]).split())
    rest = _MASK.sub("", kept)
    letters = len(_LETTER.findall(_DIGITS.sub("", rest)))
    if len(kept) > LONGEST_KEPT or letters < _LEAST_LETTERS or len(_DIGITS.findall(rest)) > letters:
        return ""
    return "" if is_bare_name(rest) else kept
