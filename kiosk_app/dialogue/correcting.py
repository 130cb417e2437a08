"""Corrections: "not a new one, a replacement", "I said passport", "not this one"."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.dialogue.choosing import Said, says
from kiosk_app.dialogue.cues import Words, cues, read
from kiosk_app.dialogue.desk import MOST_MISSES, Asked, Desk, Turn
from kiosk_app.dialogue.meaning import Meant, best_of, mean
from kiosk_app.dialogue.siblings import family_of, names_subject, subject_of
from kiosk_app.dialogue.slots import named_option
from kiosk_app.memory import Given, Memory
from models.knowledge.content import SlotOption

_MOST_OFFERED = 3
_CLEAR = 0.8
"""What is put in place has a subject of its own when it is at least this likely by itself."""


def corrected(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "Not A but B": B as a slot's answer, a facet or a matter, in A's place, or of the same subject."""
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
    put = read(right)
    if memory.matter and (
        put.leans or cues(put.lang).whole("person", put.rest)
    ):  # another facet, somebody else
        facets = put.facets or (memory.now.facets if memory.now else ())
        return desk.open(memory.settled(), memory.matter, Asked(facets, by_words=bool(put.facets)))
    return _meant(desk, memory, wrong, right) or _near(desk, memory, wrong, right)


def _meant(desk: Desk, memory: Memory, wrong: str, right: str) -> Turn | None:
    """The matter that one of the readings names clearly; what is clear by itself goes before the family."""
    exchanged = _exchanged(memory, wrong, right)
    alone = mean(desk, right)
    offered = _guessed(desk, memory)
    if offered:
        said = (f"{memory.said} {right}", right)
        label = next((label for text in said if (label := best_of(desk, read(text), offered))), None)
        if label:
            return desk.open(memory, label, Asked(memory.wanted, alone.words.text))
    if exchanged:
        meant = mean(desk, exchanged, (memory.matter,))
        if _sure_of(desk, meant):
            return _opened(desk, memory, meant)
    points = bool(memory.matter and cues(alone.words.lang).whole("pointing", alone.words.text))
    if not points and _sure_of(desk, alone) and alone.decision.confidence >= _CLEAR:
        return _opened(desk, memory, alone)
    family = family_of(memory.matter)
    completed = (
        [] if names_subject(read(right), desk.knowledge.matters) else _of_subject(desk, memory, wrong, right)
    )
    for text in completed:
        meant = mean(desk, text)
        label = _sure_of(desk, meant)
        if label and (label == memory.matter or (family and label.startswith(family))):
            return _opened(desk, memory, meant)
    if points:  # "it" is what is talked about, whatever "lost it" may be by itself
        return desk.open(memory.settled(), memory.matter, _same(memory, alone))
    return _opened(desk, memory, alone) if _sure_of(desk, alone) else None


def _near(desk: Desk, memory: Memory, wrong: str, right: str) -> Turn | None:
    """Which of these? The matters near to what was put in place, without the one that was not meant."""
    for text in (right, *_of_subject(desk, memory, wrong, right)):
        meant = mean(desk, text)
        labels = [label for label in meant.decision.labels if label != memory.matter]
        if meant.decision.act in ("clarify", "confirm", "answer") and labels:
            act = "clarify" if len(labels) > 1 else "confirm"
            return desk.ask_back(_put_aside(memory), act, labels, _same(memory, meant))
    return None


def _opened(desk: Desk, memory: Memory, meant: Meant) -> Turn | None:
    label = _sure_of(desk, meant)
    asked = meant.asked() if meant.facets else _same(memory, meant)
    return desk.open(_put_aside(memory) if label != memory.matter else memory, label, asked)


def _exchanged(memory: Memory, wrong: str, right: str) -> str:
    """What was said before with the wrong part exchanged; "" when the wrong part is none of it."""
    return memory.said.replace(wrong, right) if wrong and wrong in memory.said else ""


def _of_subject(desk: Desk, memory: Memory, wrong: str, right: str) -> list[str]:
    """What is put in place, said of the subject that is talked about: 居住证 and 补办."""
    said = read(memory.said)
    matter = desk.knowledge.matters.get(memory.matter)
    gap = "" if said.lang == "zh" else " "
    subjects = [subject_of(matter, desk.knowledge.matters, read(right).lang)] if matter else []
    subjects.append(said.rest.replace(wrong, "") if wrong else said.rest)
    return list(dict.fromkeys(f"{subject}{gap}{right}" for subject in subjects if subject.strip()))


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
