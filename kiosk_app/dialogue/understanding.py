"""A sentence that stands for itself: which matter, which facets, one question or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kiosk_app.dialogue.completing import completed, courtesy
from kiosk_app.dialogue.cues import Words, cues, pieces, read
from kiosk_app.dialogue.days import day_of
from kiosk_app.dialogue.desk import Desk, Turn
from kiosk_app.dialogue.facets import is_service
from kiosk_app.dialogue.meaning import Meant, mean, understood
from kiosk_app.dialogue.numerals import with_digits
from kiosk_app.memory import Memory, Offer

_MOST_PARTS = 3
"""Parts of one sentence that are looked at; each costs a call of the model."""
_CLEAR = 0.9
"""A sentence that is clearer than this by itself needs no subject from before."""
_LIKELY = 0.02
"""A runner-up less likely than this is no better than any other matter."""


def understand(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """The matter that a whole sentence names; with two of them the first is answered and the second offered."""
    meant = mean(desk, words.text, memory.refused)
    if memory.asking is not None and not _leaves_the_question(desk, memory, meant):
        return None
    parts = _asking(words)
    two = _two(desk, memory, parts or _joined(desk, words))
    if two is not None:
        return two
    if meant.decision.act != "answer" and len(parts) == 1 and parts[0].text != words.text:
        part = mean(desk, parts[0].text, memory.refused)  # the rest only tells why
        meant = part if part.decision.act == "answer" else meant
    if meant.decision.act != "answer" or meant.decision.confidence < _CLEAR:
        turn = courtesy(desk, memory, words) or completed(desk, memory, words, meant)
        if turn is not None:
            return turn
    decision = meant.decision
    best = meant.understood.candidates[0] if meant.understood.candidates else None
    about = best is not None and best.label == memory.matter and decision.act in ("clarify", "confirm")
    asked = meant.asked()
    if memory.wanted and not asked.facets:
        asked = replace(asked, facets=memory.wanted)
    if decision.act == "answer" or about:
        label = decision.labels[0] if decision.act == "answer" else memory.matter
        return _noting(desk.open(memory, label, asked), meant, label)
    if decision.act != "reject":
        return _noting(desk.ask_back(memory, decision.act, decision.labels, asked), meant, "")
    return None


def _leaves_the_question(desk: Desk, memory: Memory, meant: Meant) -> bool:
    """While a slot's question is open: small talk and a clear other matter go before it; a bare day does not."""
    asks = meant.words.spans or cues(meant.words.lang).patterns["asks"].search(meant.words.text)
    bare_day = not asks and day_of(with_digits(meant.words.text), desk.today) is not None
    if bare_day or meant.decision.act != "answer":
        return False
    label = meant.decision.labels[0]
    return label != memory.matter or label not in desk.knowledge.matters


def _noting(turn: Turn | None, meant: Meant, label: str) -> Turn | None:
    """Keep the runners-up: whoever says "not that one" meant one of them."""
    if turn is None:
        return None
    memory, reply = turn
    if reply.act not in ("answer", "ask_slot", "clarify", "confirm"):
        return turn
    likely = (one for one in meant.understood.candidates if one.probability >= _LIKELY)
    return replace(memory, others=tuple(one.label for one in likely if one.label != label)), reply


def _asking(words: Words) -> list[Words]:
    """The parts of a sentence that ask for something; none when it is of one piece.

    What only tells why somebody came ("I have rented a flat, I need a permit") asks for nothing.
    """
    parts = pieces(words)
    if len(parts) < 2:
        return []
    asks = cues(words.lang).patterns["asks"]
    return [part for part in parts if part.rest and (part.spans or asks.search(part.text))]


def _two(desk: Desk, memory: Memory, parts: Sequence[Words]) -> Turn | None:
    """Two matters in one sentence, each clear by itself."""
    if len(parts) < 2:
        return None
    found: dict[str, Meant] = {}
    for part in parts[:_MOST_PARTS]:
        meant = mean(desk, part.text)
        if meant.decision.act == "answer" and meant.decision.labels[0] in desk.knowledge.matters:
            found.setdefault(meant.decision.labels[0], meant)
    if len(found) < 2:
        return None
    (first, one), (second, other) = list(found.items())[:2]
    return desk.open(replace(memory, later=Offer(second, other.facets)), first, one.asked())


def information(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """What a sentence without a subject asks of the hall itself: on Saturdays, when do you close.

    Only of what is no service: nobody can mean another one without naming it.
    """
    meant = mean(desk, words.text)
    label = meant.decision.labels[0] if meant.decision.act == "answer" else ""
    matter = desk.knowledge.matters.get(label)
    if matter is None or is_service(matter):
        return None
    return desk.open(replace(memory, asking=None), label, meant.asked())


def _joined(desk: Desk, words: Words) -> list[Words]:
    """The two sides of an "and", when the whole sentence has something of both."""
    match = cues(words.lang).joined.search(words.text)
    if match is None:
        return []
    left, right = read(words.text[: match.start()]), read(words.text[match.end() :])
    if not left.rest or not right.rest:
        return []
    near = {one.label for one in understood(desk.knowledge, words).candidates}
    best = (mean(desk, side.text).decision.labels[:1] for side in (left, right))
    return [left, right] if all(label and label[0] in near for label in best) else []
