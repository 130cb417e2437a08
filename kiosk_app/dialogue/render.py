"""From a decision to the words, cards and choices of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Act, Card, CardKind, Choice, Facet, Language, Reply
from models.knowledge import Knowledge
from models.knowledge.content import Matter

_TITLES: Mapping[str, str] = {
    "materials": N_("What to bring"),
    "steps": N_("Steps"),
    "fee": N_("Fee"),
    "time_limit": N_("Time needed"),
    "window": N_("Window"),
    "hours": N_("Opening hours"),
    "conditions": N_("Who may apply"),
    "online": N_("Online"),
    "location": N_("Location"),
    "legal_basis": N_("Legal basis"),
}
"""The facets that become cards, in the order of the screen, with their headings."""

_SPEECH: Mapping[str, str] = {
    "materials": N_("For {title}, please bring: {value}."),
    "steps": N_("For {title}: {value}."),
    "fee": N_("{title}, fee: {value}."),
    "time_limit": N_("{title}, time needed: {value}."),
    "window": N_("{title}: please go to {value}."),
    "hours": N_("{title}, opening hours: {value}."),
    "conditions": N_("{title}, who may apply: {value}."),
    "online": N_("{title}, online: {value}."),
    "location": N_("{title}, location: {value}."),
}

_KINDS: Mapping[str, CardKind] = {
    "materials": "checklist",
    "steps": "steps",
    "fee": "fact",
    "time_limit": "fact",
    "window": "fact",
}

_STAFF = "smalltalk.handoff"
"""What a citizen says who wants a person."""
_CLOSING = "。.！!；; "


class Renderer:
    """Renders one pack's content in one language."""

    def __init__(self, knowledge: Knowledge, lang: Language) -> None:
        self.lang: Language = lang
        self._knowledge = knowledge
        self._say = translator(lang)

    def label(self, label: str, facet: str, confidence: float) -> Reply | None:
        """The reply for a matter or a piece of small talk; None when the pack has neither."""
        matter = self._knowledge.matters.get(label)
        if matter is not None:
            return self._matter(matter, facet, confidence)
        entry = self._knowledge.smalltalk.get(label)
        if entry is None:
            return None
        command = label if entry.act == "command" else None
        speech = entry.reply.get(self.lang, "")
        return Reply(cast("Act", entry.act), self.lang, speech, confidence=confidence, command=command)

    def question(
        self, act: Literal["clarify", "confirm"], labels: Sequence[str], confidence: float
    ) -> Reply | None:
        """Which of these did you mean? None when none of the labels is a matter that can be offered."""
        choices = self._choices(labels)
        if not choices:
            return None
        if act == "confirm" or len(choices) == 1:
            speech = self._say(N_("Do you mean {title}?")).format(title=choices[0].label)
            return Reply("confirm", self.lang, speech, speech, confidence=confidence, choices=choices[:1])
        speech = self._say(N_("Which of these do you mean?"))
        return Reply("clarify", self.lang, speech, speech, confidence=confidence, choices=choices)

    def topic(self, group: str) -> Reply | None:
        """The matters of a tile of the home screen, as a question; None when the pack has no such tile."""
        for tile in self._knowledge.topics:
            if tile.id == group:
                speech = self._say(N_("What would you like to do?"))
                title = tile.title[self.lang]
                return Reply(
                    "clarify", self.lang, speech, title, confidence=1.0, choices=self._choices(tile.matters)
                )
        return None

    def reject(self, misses: int) -> Reply:
        """Not understood; from the second time on a person is offered instead of a third guess."""
        if misses == 0 or _STAFF not in self._knowledge.smalltalk:
            speech = self._say(
                N_("Sorry, I did not understand. Please say it another way or choose on the screen.")
            )
            choices = self._choices(self._knowledge.frequent)
            return Reply(
                "reject", self.lang, speech, self._say(N_("Please say it another way")), choices=choices
            )
        speech = self._say(N_("I still do not understand. Shall I call a member of staff?"))
        choice = Choice(_STAFF, self._say(N_("Call a member of staff")))
        return Reply("reject", self.lang, speech, self._say(N_("Shall I call somebody?")), choices=(choice,))

    def _choices(self, labels: Sequence[str]) -> tuple[Choice, ...]:
        matters = (self._knowledge.matters.get(label) for label in labels)
        return tuple(Choice(matter.id, matter.title[self.lang]) for matter in matters if matter is not None)

    def _matter(self, matter: Matter, facet: str, confidence: float) -> Reply:
        values = {name: lines for name in _TITLES if (lines := self._lines(matter, name))}
        asked = facet if facet in values and facet in _SPEECH else "summary"
        return Reply(
            "answer",
            self.lang,
            self._speech(matter, asked, values.get(asked, ())),
            matter.title[self.lang],
            matter=matter.id,
            facet=cast("Facet", asked),
            confidence=confidence,
            cards=self._cards(asked, values),
            note=matter.varies.get(self.lang, ""),
        )

    def _speech(self, matter: Matter, asked: str, lines: Sequence[str]) -> str:
        if asked == "summary":
            return matter.answer[self.lang]
        separator = "；" if self.lang == "zh" else "; "
        value = separator.join(line.rstrip(_CLOSING) for line in lines)
        return self._say(_SPEECH[asked]).format(title=matter.title[self.lang], value=value)

    def _cards(self, asked: str, values: Mapping[str, Sequence[str]]) -> tuple[Card, ...]:
        cards = [
            Card(_KINDS.get(name, "text"), name, self._say(_TITLES[name]), tuple(lines), asked=name == asked)
            for name, lines in values.items()
        ]
        return tuple(sorted(cards, key=lambda card: not card.asked))

    def _lines(self, matter: Matter, name: str) -> tuple[str, ...]:
        value = matter.facet(name, self.lang)
        if not value:
            return ()
        return (value,) if isinstance(value, str) else value
