"""How one sentence is taken, depending on what was said before: the rules, tried in this order.

Each looks at the memory and the words and gives a turn, or None when it is not its business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk_app.dialogue.choosing import Said, place_of, says
from kiosk_app.dialogue.correcting import corrected, denied
from kiosk_app.dialogue.cues import Words, cues, read
from kiosk_app.dialogue.desk import Asked, Desk, Turn
from kiosk_app.dialogue.details import detailed, detailed_loosely
from kiosk_app.dialogue.facets import is_service
from kiosk_app.dialogue.meaning import best_of
from kiosk_app.dialogue.returning import returned, same_of_another
from kiosk_app.dialogue.slots import named_option, option_by_sound, says_little_more
from kiosk_app.dialogue.sounds import like_sounding
from kiosk_app.dialogue.ticketing import ticket_wanted, wished
from kiosk_app.dialogue.understanding import information, understand
from kiosk_app.memory import Given, Memory
from models.knowledge.content import Matter, Slot
from models.knowledge.phrases import LEANING_ZH

Rule = Callable[[Desk, Memory, Words], Turn | None]


def slot_answered(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """The answer to a slot's question: an option's words, its place, or "I do not know"."""
    found = asked_slot(desk, memory)
    if found is None:
        return None
    _, slot = found
    if says(words.text, Said.SKIP):
        return take_option(desk, memory, "")
    option = named_option(slot, words.text, desk.today)
    if option is not None and says_little_more(words, option):
        return take_option(desk, memory, option.id)
    place = place_of(words.text, len(slot.options))
    if place is not None:
        return take_option(desk, memory, slot.options[place].id)
    for said, id_ in ((Said.YES, "yes"), (Said.NO, "no")):
        if slot.option(id_) is not None and says(words.text, said):
            return take_option(desk, memory, id_)
    return None


def slot_heard(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """A slot's question is open and the words are no other question: an option by its sound, or once more."""
    found, asking = asked_slot(desk, memory), memory.asking
    if found is None or asking is None:
        return None
    matter, slot = found
    option = named_option(slot, words.text, desk.today) or option_by_sound(slot, words.text)
    if option is not None:
        return take_option(desk, memory, option.id)
    if asking.missed or memory.misses:
        return desk.offer_person(replace(memory, misses=memory.misses + 1), missed=True)
    reply = desk.render.slot(matter, slot, asking.facets[0] if asking.facets else "summary", 1.0)
    again = replace(asking, missed=1)
    return replace(memory, asking=again, last=reply), replace(reply, missed=True)


def asked_slot(desk: Desk, memory: Memory) -> tuple[Matter, Slot] | None:
    """The slot whose question is open."""
    asking = memory.asking
    matter = desk.knowledge.matters.get(asking.matter) if asking else None
    if asking is None or matter is None:
        return None
    slot = next((slot for slot in matter.slots if slot.id == asking.slot), None)
    return (matter, slot) if slot else None


def take_option(desk: Desk, memory: Memory, option: str) -> Turn | None:
    """A slot's question is answered, "" for "I cannot say": go on with what was asked."""
    asking = memory.asking
    if asking is None:
        return None
    memory = memory.with_answer(Given(asking.matter, asking.slot, option))
    return desk.open(replace(memory, asking=None), asking.matter, Asked(asking.facets))


def offer_answered(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """Yes or no to what the kiosk offered of its own accord."""
    offer = memory.offer
    if offer is None:
        return None
    if says(words.text, Said.YES) or place_of(words.text, 1) == 0:
        turn = desk.open(memory.settled(), offer.target, Asked(offer.facets))
        return wished(desk, memory, turn) if turn is not None else None
    if says(words.text, Said.NO):
        return memory.settled(), desk.render.acknowledge()
    return None


def chosen(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """One of the choices of a question back: its place, yes to a single one, no, or words of its title."""
    offered = memory.offered
    if not offered or memory.asking is not None:
        return None
    target: str | None = None
    place = place_of(words.text, len(offered))
    if place is not None:
        target = offered[place]
    elif len(offered) == 1 and says(words.text, Said.YES):
        target = offered[0]
    elif (
        says(words.text, Said.NO, Said.DENY)
        and len(offered) == 1
        and offered[0] not in desk.knowledge.matters
    ):
        return replace(memory.settled(), misses=min(memory.misses, 1)), desk.render.acknowledge()
    elif memory.last is not None and memory.last.act in ("clarify", "confirm"):
        target = best_of(desk, words, offered)
    if target is None:
        return None
    facets = words.facets or memory.wanted
    return desk.open(memory, target, Asked(facets, memory.said, by_words=bool(facets)))


def about(desk: Desk, memory: Memory, facets: tuple[str, ...]) -> Matter | None:
    """The matter that a facet without a subject is asked of.

    That is the one talked about; after a question about the hall itself (open on Saturdays?) that has nothing on the
    facet, the latest matter before it that has.
    """
    matters = desk.knowledge.matters
    now = matters.get(memory.matter)
    if now is None or is_service(now) or any(facet in now.facets for facet in facets):
        return now
    earlier = (matters.get(seen.matter) for seen in reversed(memory.past))
    return next((one for one in earlier if one and any(facet in one.facets for facet in facets)), now)


def leaned(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """A facet of what is talked about; of which matter, when nothing is."""
    of_somebody = (
        bool(words.spans and memory.matter) and cues(words.lang).whole("person", words.rest) is not None
    )
    if not words.leans and not of_somebody:
        return None
    matter = about(desk, memory, words.facets)
    if matter is None:
        return information(desk, memory, words) or desk.ask_matter(memory, words.facets)
    if words.facets == ("hours",) and "hours" not in matter.facets:  # then the hall's own hold
        turn = information(desk, memory, words)
        if turn is not None:
            return turn
    asked = Asked(words.facets, by_words=True)
    return desk.open(replace(memory, asking=None), matter.id, asked)


def hummed(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """A sound that says nothing: the open question once more, or the word to the citizen. No miss."""
    if not says(words.text, Said.HUM):
        return None
    last = memory.last
    asked = last is not None and last.act in ("ask_slot", "clarify", "confirm", "handoff")
    if last is not None and asked and memory.offered == tuple(choice.target for choice in last.choices) != ():
        return memory, last
    return memory, desk.render.listening()


def not_heard(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "What?": the last reply once more."""
    return desk.repeat(memory) if says(words.text, Said.WHAT) else None


def misheard(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """A facet by its sound, as recognisers write it: 多少前, 网上能搬吗."""
    phrase = like_sounding(words.text, LEANING_ZH) if memory.matter and words.lang == "zh" else None
    return leaned(desk, memory, read(phrase)) if phrase else None


def said_nothing(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """Only words without any subject ("I would like to ask, well"): the citizen is still looking for theirs."""
    return None if words.spans or words.rest else (memory, desk.render.listening())


def nodded(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """Yes, no or "I don't mind" to nothing: somebody nods an answer through."""
    if memory.asking is None and says(words.text, Said.YES, Said.NO, Said.SKIP):
        return replace(memory, offer=None, misses=0), desk.render.acknowledge()
    return None


RULES: tuple[Rule, ...] = (
    slot_answered,
    ticket_wanted,
    offer_answered,
    not_heard,
    corrected,
    denied,
    chosen,
    hummed,
    leaned,
    detailed,
    nodded,
    returned,
    same_of_another,
    detailed_loosely,
    misheard,
    understand,
    said_nothing,
)
