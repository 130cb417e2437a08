"""A detail of what is talked about, said without being asked: "thirty thousand", "it is for a child"."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.dialogue.cues import Words
from kiosk_app.dialogue.desk import Asked, Desk, Turn
from kiosk_app.dialogue.meaning import mean
from kiosk_app.dialogue.slots import named_option, says_little_more, says_only
from kiosk_app.memory import Given, Memory
from models.knowledge.content import Matter, Slot, SlotOption

_MOST_TOLD = 2
"""Facets that are told of a detail without a question."""
_CLEAR = 0.9
"""A sentence that names another matter this clearly is no detail of this one."""

Test = Callable[[SlotOption], bool]


def detailed(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """A sentence that is nothing but the answer to a slot of the matter that is talked about."""
    return _detail(desk, memory, words, lambda option: says_only(words, option))


def detailed_loosely(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """The same with a few words more, unless they name another matter: 我们家户口在老家."""

    def holds(option: SlotOption) -> bool:
        if not says_little_more(words, option):
            return False
        meant = mean(desk, words.text)
        return meant.sure_of in ("", memory.matter) or meant.decision.confidence < _CLEAR

    return _detail(desk, memory, words, holds)


def _detail(desk: Desk, memory: Memory, words: Words, holds: Test) -> Turn | None:
    matter = desk.knowledge.matters.get(memory.matter)
    if matter is None or memory.asking is not None or memory.offered:
        return None
    for slot in matter.slots:
        option = named_option(slot, words.text, desk.today)
        if option is None or not holds(option):
            continue
        given = memory.with_answer(Given(matter.id, slot.id, option.id)).settled()
        facets = words.facets or _told_before(memory, slot) or _concerned(matter, slot)
        return desk.open(given, matter.id, Asked(facets, by_words=bool(words.facets)))
    return None


def _told_before(memory: Memory, slot: Slot) -> tuple[str, ...]:
    """The facets that were told last, as far as the slot makes a difference to them."""
    return tuple(facet for facet in (memory.now.facets if memory.now else ()) if slot.concerns(facet))


def _concerned(matter: Matter, slot: Slot) -> tuple[str, ...]:
    """The facets that the slot makes a difference to; () for the answer itself."""
    if slot.concerns("summary"):
        return ()
    return tuple(facet for facet in slot.asked_for if facet in matter.facets)[:_MOST_TOLD]
