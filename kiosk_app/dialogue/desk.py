"""What a turn comes to: a matter is opened, a question asked back, a person offered. Each gives memory and reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kiosk_app.dialogue.facets import in_every_case
from kiosk_app.dialogue.render import STAFF, Renderer
from kiosk_app.dialogue.slots import given_in
from kiosk_app.memory import Asking, Given, Memory, Offer, Seen
from kiosk_app.reply import Reply
from models.knowledge import Knowledge
from models.knowledge.content import Matter, SlotOption

MOST_MISSES = 2
"""From this many turns in a row that came to nothing on, a person is offered instead of another guess."""
_LONGEST_WAY = 8
"""Matters that slots' answers may lead through; packs have no circles, this only bounds a damaged one."""
_SPOKEN_AGAIN = frozenset({"command.slower", "command.louder", "command.quieter"})

Turn = tuple[Memory, Reply]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a matter: its facets (() for the answer), the words, and how sure the matter is.

    ``by_words``: the facets are the citizen's own words, so that one which is not known is said to be unknown.
    """

    facets: tuple[str, ...] = ()
    said: str = ""
    confidence: float = 1.0
    by_words: bool = False

    @property
    def leading(self) -> str:
        """The facet that counts for what has to be asked first."""
        return self.facets[0] if self.facets else "summary"


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers from one pack in one language on one day."""

    knowledge: Knowledge
    render: Renderer
    today: date

    def open(self, memory: Memory, label: str, asked: Asked) -> Turn | None:
        """The reply for a matter or a piece of small talk; None when the pack has neither."""
        matter = self.knowledge.matters.get(label)
        if matter is not None:
            return self._matter(memory, matter, asked)
        return self._talk(memory, label, asked.confidence)

    def _matter(self, memory: Memory, matter: Matter, asked: Asked) -> Turn:
        """Follow the slots' answers to the matter that is meant, ask for one that is missing, or answer."""
        for _ in range(_LONGEST_WAY):
            for slot, option in given_in(matter, asked.said, self.today).items():
                if memory.option_of(matter.id, slot) is None:
                    memory = memory.with_answer(Given(matter.id, slot, option.id))
            target = self._led(memory, matter)
            if target is None:
                break
            matter = target
        if not matter.holds_on(self.today):
            return self._out_of_date(memory, matter, asked)
        wanted = asked.facets or ("summary",)
        for slot in matter.slots:
            known = memory.option_of(matter.id, slot.id) is not None
            if not known and any(slot.concerns(facet) for facet in wanted):
                reply = self.render.slot(matter, slot, asked.leading, asked.confidence)
                seen = memory.turning_to(Seen(matter.id, asked.facets), asked.said or memory.said)
                offered = tuple(choice.target for choice in reply.choices)
                asking = Asking(matter.id, slot.id, asked.facets)
                return self._answered(replace(seen, asking=asking, offered=offered), reply)
        return self._answer(memory, matter, asked)

    def _answer(self, memory: Memory, matter: Matter, asked: Asked) -> Turn:
        told = self._as_told(memory, matter)
        reply = self.render.matter(told, asked.facets, asked.confidence, sure=asked.by_words)
        memory = memory.turning_to(Seen(matter.id, asked.facets), asked.said or memory.said)
        return self._answered(*self._offering_more(memory, matter, reply))

    def _offering_more(self, memory: Memory, matter: Matter, reply: Reply) -> Turn:
        """The answer with one offer at most: the second matter that was asked about, or the next step."""
        later, memory = memory.later, replace(memory, later=None)
        second = self.knowledge.matters.get(later.target) if later and later.target != matter.id else None
        if second is not None:
            return replace(memory, offer=later), self.render.with_second(reply, second)
        following = self.knowledge.matters.get(matter.next)
        new = matter.next not in (*memory.made, *(seen.matter for seen in memory.past))
        if following is None or not new or not following.holds_on(self.today):
            return memory, reply
        memory = replace(memory, offer=Offer(following.id), made=(*memory.made, following.id))
        return memory, self.render.with_next(reply, following)

    def _answered(self, memory: Memory, reply: Reply) -> Turn:
        return replace(memory, doubted=memory.misses, misses=0, last=reply), reply

    def _led(self, memory: Memory, matter: Matter) -> Matter | None:
        for option in self._options(memory, matter):
            target = self.knowledge.matters.get(option.matter)
            if target is not None and target.id != matter.id:
                return target
        return None

    def _as_told(self, memory: Memory, matter: Matter) -> Matter:
        """The matter under the answers given; a slot that was left open is told case by case."""
        told = matter.under(self._options(memory, matter))
        for slot in matter.slots:
            if memory.option_of(matter.id, slot.id) == "":
                told = in_every_case(told, slot, self.knowledge.matters)
        return told

    def _options(self, memory: Memory, matter: Matter) -> tuple[SlotOption, ...]:
        named = ((slot, memory.option_of(matter.id, slot.id)) for slot in matter.slots)
        found = (slot.option(name) if name else None for slot, name in named)
        return tuple(option for option in found if option is not None)

    def _out_of_date(self, memory: Memory, matter: Matter, asked: Asked) -> Turn:
        yet = matter.valid_from is not None and self.today < matter.valid_from
        reply = self.render.out_of_date(matter, yet=yet)
        memory = memory.turning_to(Seen(matter.id, asked.facets), asked.said)
        return replace(memory, offered=(STAFF,), misses=0, last=reply), reply

    def _talk(self, memory: Memory, label: str, confidence: float) -> Turn | None:
        reply = self.render.talk(label, confidence)
        if reply is None:
            return None
        if reply.act == "goodbye":
            return Memory(), reply
        if reply.act == "handoff":
            if label == STAFF:
                return memory.settled(), reply
            return self.offer_person(memory, missed=False)  # somebody who has had enough is asked, not pushed
        if reply.act == "repeat":
            return self.repeat(memory)
        if reply.command == "command.home":
            return memory.at_home(), reply
        if reply.command in _SPOKEN_AGAIN and memory.last is not None:
            again = self.render.again(memory.last, reply.speech)
            return memory, replace(reply, speech=again.speech)
        return replace(memory, misses=0), reply

    def repeat(self, memory: Memory) -> Turn:
        """What was said last, once more."""
        last = memory.last or self.render.nothing_before()
        return memory, replace(last, act="repeat", confidence=1.0, missed=False)

    # --- when nothing can be opened ------------------------------------------------------------------------

    def ask_back(
        self,
        memory: Memory,
        act: Literal["clarify", "confirm"],
        labels: Sequence[str],
        asked: Asked,
    ) -> Turn | None:
        """Which of these? None when none can be offered; a person when two guesses have failed already."""
        if memory.offered and memory.last is not None and memory.last.act in ("clarify", "confirm"):
            memory = replace(memory, misses=memory.misses + 1)  # the question before this one came to nothing
        if memory.misses >= MOST_MISSES:
            return self.offer_person(memory, missed=True)
        reply = self.render.question(act, labels, asked.confidence)
        if reply is None:
            return None
        memory = replace(
            memory.settled(),
            offered=tuple(choice.target for choice in reply.choices),
            wanted=asked.facets,
            said=asked.said or memory.said,
            last=reply,
        )
        return memory, reply

    def ask_matter(self, memory: Memory, facets: tuple[str, ...]) -> Turn:
        """A facet was asked and nothing is talked about."""
        reply = self.render.which_matter(facets[0])
        offered = tuple(choice.target for choice in reply.choices)
        return replace(memory.settled(), wanted=facets, offered=offered, last=reply), reply

    def topic(self, memory: Memory, group: str) -> Turn:
        """A tile of the home screen was touched."""
        reply = self.render.topic(group)
        if reply is None:
            return self.miss(memory)
        offered = tuple(choice.target for choice in reply.choices)
        return replace(memory.settled(), offered=offered, misses=0, last=reply), reply

    def miss(self, memory: Memory) -> Turn:
        """Nothing was understood; the second time in a row a person is offered."""
        memory = replace(memory, misses=memory.misses + 1)
        if memory.misses >= MOST_MISSES:
            return self.offer_person(memory, missed=True)
        return self._offering(memory, self.render.reject())

    def wrong(self, memory: Memory) -> Turn:
        """What was answered or offered was not meant, and nothing else is near."""
        return self._offering(memory, self.render.sorry())

    def _offering(self, memory: Memory, reply: Reply) -> Turn:
        offered = tuple(choice.target for choice in reply.choices)
        return replace(memory, asking=None, offer=None, offered=offered, last=reply), reply

    def offer_person(self, memory: Memory, *, missed: bool) -> Turn:
        """Ask whether a person shall come."""
        reply = self.render.offer_person(missed=missed)
        misses = max(memory.misses, MOST_MISSES if missed else memory.misses)
        return replace(memory.settled(), offered=(STAFF,), misses=misses, last=reply), reply
