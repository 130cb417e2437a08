"""Corrections: "not a new one, a replacement", "I said passport", "not this one"."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.dialogue.choosing import Said, says
from kiosk_app.dialogue.cues import Words, cues
from kiosk_app.dialogue.desk import MOST_MISSES, Asked, Desk, Turn
from kiosk_app.dialogue.slots import named_option
from kiosk_app.dialogue.understanding import Meant, mean
from kiosk_app.memory import Given, Memory
from models.knowledge.content import SlotOption

_MOST_OFFERED = 3


def corrected(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "Not A but B": B as a slot's answer, as a matter, or in A's place in what was said before."""
    if not memory.matter and not memory.offered:
        return None
    match = next((found for p in cues(words.lang).replace if (found := p.fullmatch(words.text))), None)
    if match is None:
        return None
    parts = match.groupdict()
    wrong, right = (parts.get("not") or "").strip(), parts["is"].strip()
    by_slot = _other_option(desk, memory, right)
    if by_slot is not None:
        return by_slot
    near: Meant | None = None
    for text, whole in _readings(memory, wrong, right):
        meant = mean(desk, text, (memory.matter,) if whole else ())
        label = _sure_of(desk, meant)
        if label:
            other = label != memory.matter
            asked = meant.asked() if meant.facets else _same(memory, meant)
            return desk.open(_put_aside(memory) if other else memory, label, asked)
        if near is None and meant.decision.act in ("clarify", "confirm"):
            near = meant
    if near is None or near.decision.act == "answer" or near.decision.act == "reject":
        return None
    return desk.ask_back(_put_aside(memory), near.decision.act, near.decision.labels, _same(memory, near))


def _readings(memory: Memory, wrong: str, right: str) -> list[tuple[str, bool]]:
    """The sentences that a correction may stand for, and whether the old one is a part of it."""
    readings = [(right, False)]
    if wrong and wrong in memory.said:
        readings.insert(0, (memory.said.replace(wrong, right), True))
    elif wrong and memory.said:
        readings.append((f"{memory.said} {right}", True))
    return readings


def _same(memory: Memory, meant: Meant) -> Asked:
    """The same question about another matter."""
    facets = memory.now.facets if memory.now else memory.wanted
    return Asked(facets, meant.words.text, meant.decision.confidence)


def _sure_of(desk: Desk, meant: Meant) -> str:
    label = meant.decision.labels[0] if meant.decision.act == "answer" else ""
    return label if label in desk.knowledge.matters else ""


def _put_aside(memory: Memory) -> Memory:
    """The same without what was not meant: it is nothing to come back to."""
    refused = (memory.matter,) if memory.matter else ()
    return replace(memory.settled(), now=None, refused=refused)


def _other_option(desk: Desk, memory: Memory, right: str) -> Turn | None:
    """Another answer to a slot that was asked or answered before."""
    asking = memory.asking
    places = [(asking.matter, asking.slot)] if asking else []
    places += [(given.matter, given.slot) for given in reversed(memory.given)]
    here = desk.knowledge.matters.get(memory.matter)
    places += [(here.id, slot.id) for slot in here.slots] if here else []
    for matter, slot in dict.fromkeys(places):
        option = _option(desk, matter, slot, right)
        if option is not None:
            facets = asking.facets if asking else memory.now.facets if memory.now else ()
            changed = memory.with_answer(Given(matter, slot, option.id)).settled()
            return desk.open(changed, matter, Asked(facets))
    return None


def _option(desk: Desk, matter: str, slot: str, words: str) -> SlotOption | None:
    entry = desk.knowledge.matters.get(matter)
    found = next((one for one in entry.slots if one.id == slot), None) if entry else None
    return named_option(found, words, desk.today) if found else None


def denied(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "Not this one": the runners-up are offered; a person when a second guess was wrong as well."""
    guessed = _guessed(desk, memory)
    no = says(words.text, Said.DENY) or (bool(guessed) and says(words.text, Said.NO))
    wrong = guessed or ([memory.matter] if memory.matter else [])
    if memory.asking is not None or not no or not wrong:
        return None
    misses = (memory.misses if guessed else max(memory.misses, memory.doubted)) + 1
    refused = tuple(dict.fromkeys((*memory.refused, *wrong)))
    now = memory.now if guessed else None
    left = replace(memory.settled(), misses=misses, refused=refused, now=now)
    if misses >= MOST_MISSES:
        return desk.offer_person(left, missed=True)
    others = [name for name in memory.others if name not in refused and name in desk.knowledge.matters]
    if others and not guessed:
        facets = memory.now.facets if memory.now else ()
        return desk.ask_back(left, "clarify", others[:_MOST_OFFERED], Asked(facets))
    return desk.wrong(left)


def _guessed(desk: Desk, memory: Memory) -> list[str]:
    """The matters that a question back has just offered."""
    asked = memory.last is not None and memory.last.act in ("clarify", "confirm")
    return [name for name in memory.offered if name in desk.knowledge.matters] if asked else []
