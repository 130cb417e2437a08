"""From a decision to the words, cards and choices of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast

from kiosk_app.departments import department_of, matters_of
from kiosk_app.dialogue.facets import Told, told_of
from kiosk_app.dialogue.slots import target_of
from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Act, Card, CardKind, Choice, Language, Reply, WindowKey
from models.facets import Facet
from models.knowledge import Knowledge
from models.knowledge.content import Matter, Slot

CARD_TITLES: Mapping[str, str] = {
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

STAFF = "smalltalk.handoff"
"""What a citizen says who wants a person."""
_MOST_OFFERED = 6
"""Choices to go on with when it is not known what is meant."""
_CLOSING = "。.！!；; "


class Renderer:
    """Renders one pack's content in one language."""

    def __init__(self, knowledge: Knowledge, lang: Language) -> None:
        self.lang: Language = lang
        self._knowledge = knowledge
        self._say = translator(lang)

    def talk(self, label: str, confidence: float) -> Reply | None:
        """The reply for a piece of small talk; None when the pack has none of that name."""
        entry = self._knowledge.smalltalk.get(label)
        if entry is None:
            return self.staff() if label == STAFF else None
        command = label if entry.act == "command" else None
        speech = entry.reply.get(self.lang, "")
        if label == STAFF and not speech:
            return self.staff()
        return Reply(cast("Act", entry.act), self.lang, speech, confidence=confidence, command=command)

    def staff(self) -> Reply:
        """A person is called."""
        return Reply("handoff", self.lang, self._say(N_("I am calling a member of staff. Please wait here.")))

    def matter(self, matter: Matter, asked: Sequence[str], confidence: float, sure: bool = True) -> Reply:
        """The answer to one or several facets of a matter, every facet that is known on a card.

        With ``sure`` (the facets are the citizen's own words) one that the pack lacks is said to be unknown; without,
        it is passed over.
        """
        told = told_of(matter, asked, self.lang, self._knowledge.hall)
        speech = self._speech(matter, told)
        if told.unknown and sure:
            headings = self._list([self._say(CARD_TITLES[name]) for name in told.unknown])
            unknown = self._say(N_("I have nothing on this: {facets}. Please ask at the window."))
            speech = unknown.format(facets=headings) + self._gap + speech
        called = ""
        if matter.calls_staff and not told.facets:
            called = self._say(N_("I am calling a member of staff.")) + self._gap + speech
        return Reply(
            "answer",
            self.lang,
            speech,
            matter.title[self.lang],
            matter=matter.id,
            facet=cast("Facet", told.facets[0] if told.facets else "summary"),
            confidence=confidence,
            cards=self._cards(told),
            note=matter.varies.get(self.lang, ""),
            called=called,
            windows=self._windows(matter),
        )

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

    def which_matter(self, facet: str) -> Reply:
        """A facet was asked and nothing is talked about: of what?"""
        heading = self._say(CARD_TITLES[facet])
        speech = self._say(N_("{facet}: for which matter?")).format(facet=heading)
        choices = self._choices(self._knowledge.frequent[:_MOST_OFFERED])
        return Reply("clarify" if choices else "reject", self.lang, speech, speech, choices=choices)

    def slot(self, matter: Matter, slot: Slot, facet: str, confidence: float) -> Reply:
        """What has to be known first, with its answers as choices; the last one is "I cannot say"."""
        question = slot.question[self.lang]
        options = [Choice(target_of(option.id), option.title[self.lang]) for option in slot.options]
        unsure = Choice(target_of(""), self._say(N_("I am not sure")))
        return Reply(
            "ask_slot",
            self.lang,
            question,
            question,
            matter=matter.id,
            facet=cast("Facet", facet),
            confidence=confidence,
            choices=(*options, unsure),
        )

    def topic(self, group: str) -> Reply | None:
        """The matters of a topic or department, as a question; None when the pack has none of that name."""
        department = department_of(self._knowledge, group)
        topic = next((one for one in self._knowledge.topics if one.id == group), None)
        if department is not None:
            title, matters = (
                department.name.get(self.lang, ""),
                tuple(matters_of(self._knowledge, department)),
            )
        elif topic is not None:
            title, matters = topic.title[self.lang], topic.matters
        else:
            return None
        speech = self._say(N_("What would you like to do?"))
        return Reply("clarify", self.lang, speech, title, confidence=1.0, choices=self._choices(matters))

    def reject(self) -> Reply:
        """Not understood, for the first time."""
        speech = self._say(
            N_("Sorry, I did not understand. Please say it another way or choose on the screen.")
        )
        title = self._say(N_("Please say it another way"))
        choices = self._choices(self._knowledge.frequent[:_MOST_OFFERED])
        return Reply("reject", self.lang, speech, title, choices=choices, missed=True)

    def sorry(self) -> Reply:
        """What was answered was not what was meant."""
        speech = self._say(N_("Sorry. Please tell me once more what you would like to do."))
        title = self._say(N_("Please say it another way"))
        choices = self._choices(self._knowledge.frequent[:_MOST_OFFERED])
        return Reply("reject", self.lang, speech, title, choices=choices)

    def offer_person(self, *, missed: bool) -> Reply:
        """A person instead of a third guess, or when the citizen has had enough."""
        speech = (
            self._say(N_("I still do not understand. Shall I call a member of staff?"))
            if missed
            else self._say(N_("I am sorry. Shall I call a member of staff?"))
        )
        title = self._say(N_("Shall I call somebody?"))
        return Reply("handoff", self.lang, speech, title, choices=(self._staff_choice(),), missed=missed)

    def out_of_date(self, matter: Matter, *, yet: bool) -> Reply:
        """The pack's content does not hold today: it is not told; ``yet`` when it will hold later."""
        text = (
            N_("What I have on {title} does not hold yet. Shall I call a member of staff?")
            if yet
            else N_("What I have on {title} is out of date. Shall I call a member of staff?")
        )
        title = matter.title[self.lang]
        choices = (self._staff_choice(),)
        return Reply(
            "handoff",
            self.lang,
            self._say(text).format(title=title),
            title,
            matter=matter.id,
            choices=choices,
        )

    def acknowledge(self) -> Reply:
        """What was offered is not wanted."""
        speech = self._say(N_("All right. Is there anything else?"))
        return Reply("smalltalk", self.lang, speech, speech, confidence=1.0)

    def listening(self) -> Reply:
        """A sound that says nothing was heard: the citizen has the word."""
        speech = self._say(N_("I am listening. What would you like to do?"))
        return Reply("smalltalk", self.lang, speech, speech, confidence=1.0)

    def nothing_before(self) -> Reply:
        """There is nothing to go back to."""
        speech = self._say(N_("There was nothing before. What would you like to do?"))
        return Reply("smalltalk", self.lang, speech, speech, confidence=1.0)

    def with_next(self, reply: Reply, matter: Matter) -> Reply:
        """The answer with the next step offered: half a sentence, and a button."""
        offer = self._say(N_("Would you like this next: {title}?"))
        return self._with_offer(reply, matter, offer)

    def with_second(self, reply: Reply, matter: Matter) -> Reply:
        """The answer to the first of two matters, with the second offered."""
        return self._with_offer(
            reply, matter, self._say(N_("You also asked about {title}. Shall I go on with it?"))
        )

    def again(self, reply: Reply, ahead: str = "") -> Reply:
        """What was said last, once more, after a few words ``ahead``."""
        return replace(reply, speech=f"{ahead}{self._gap}{reply.speech}" if ahead else reply.speech)

    def _with_offer(self, reply: Reply, matter: Matter, words: str) -> Reply:
        title = matter.title[self.lang]
        speech = f"{reply.speech}{self._gap}{words.format(title=title)}"
        return replace(reply, speech=speech, choices=(Choice(matter.id, title),))

    @property
    def _gap(self) -> str:
        return "" if self.lang == "zh" else " "

    def _list(self, words: Sequence[str]) -> str:
        return ("、" if self.lang == "zh" else ", ").join(words)

    def _staff_choice(self) -> Choice:
        return Choice(STAFF, self._say(N_("Call a member of staff")))

    def _choices(self, labels: Sequence[str]) -> tuple[Choice, ...]:
        matters = (self._knowledge.matters.get(label) for label in labels)
        return tuple(Choice(matter.id, matter.title[self.lang]) for matter in matters if matter is not None)

    def _speech(self, matter: Matter, told: Told) -> str:
        if not told.facets:
            return matter.answer[self.lang]
        separator = "；" if self.lang == "zh" else "; "
        parts: list[str] = []
        for facet in told.facets:
            value = separator.join(line.rstrip(_CLOSING) for line in told.values[facet])
            if parts:
                heading = self._say(CARD_TITLES[facet])
                parts.append(self._say(N_("{heading}: {value}.")).format(heading=heading, value=value))
            else:
                title = matter.title[self.lang]
                parts.append(self._say(_SPEECH[facet]).format(title=title, value=value))
        return self._gap.join(parts)

    def _windows(self, matter: Matter) -> tuple[WindowKey, ...]:
        found = (self._knowledge.hall.window(id_, matter.pack) for id_ in matter.windows)
        return tuple((window.pack, window.id) for window in found if window is not None)

    def _cards(self, told: Told) -> tuple[Card, ...]:
        cards = [
            Card(_KINDS.get(name, "text"), name, self._say(heading), told.values[name], name in told.facets)
            for name, heading in CARD_TITLES.items()
            if name in told.values
        ]
        return tuple(sorted(cards, key=lambda card: not card.asked))
