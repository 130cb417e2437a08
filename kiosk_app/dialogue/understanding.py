"""A sentence that stands for itself: which matter, which facets, one question or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk_app.dialogue.cues import Words, cues, pieces, read
from kiosk_app.dialogue.desk import Asked, Desk, Turn
from kiosk_app.dialogue.policy import Decision, decide
from kiosk_app.memory import Memory, Offer
from models.intent.run import Candidate, Understanding

_FACET_SURE = 0.6
_MOST_PARTS = 3
"""Parts of one sentence that are looked at; each costs a call of the model."""
_LIKELY = 0.02
"""A runner-up less likely than this is no better than any other matter."""
_AHEAD = 2.0
"""How many times likelier than the next one a choice on the screen has to be, to be taken by its words."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A sentence, what the model makes of it, and what is to be done."""

    words: Words
    understood: Understanding
    decision: Decision

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets asked for: those of several cues, else the model's own, a single cue where it is unsure."""
        cued, own = self.words.facets, self.understood.facet
        if len(cued) > 1:
            return tuple(facet for facet in cued if facet != "steps" or facet == own) or cued
        if cued and (own == "summary" or self.understood.facet_confidence < _FACET_SURE):
            return cued
        return () if own == "summary" else (own,)

    def asked(self) -> Asked:
        """What is wanted of the matter."""
        facets = self.facets
        sure = bool(facets) and set(facets) <= set(self.words.facets)
        return Asked(facets, self.words.text, self.decision.confidence, by_words=sure)


def mean(desk: Desk, text: str, without: Sequence[str] = ()) -> Meant:
    """What a sentence means, as if the labels ``without`` did not exist."""
    words = read(text)
    understood = desk.knowledge.intent.understand(words.text, words.lang)
    if without and understood.candidates:
        understood = _without(understood, without)
    return Meant(words, understood, decide(understood, desk.knowledge.intent.thresholds))


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


def best_of(desk: Desk, words: Words, offered: Sequence[str]) -> str | None:
    """The one of the offered matters that the words name; None when they name none of them clearly."""
    titles = {
        name: " ".join(read(title).text for title in desk.knowledge.matters[name].title.values())
        for name in offered
        if name in desk.knowledge.matters
    }
    subject = words.rest.replace(" ", "") if words.lang == "zh" else words.rest
    if len(subject) > 1:
        holding = [name for name, title in titles.items() if subject in title]
        if len(holding) == 1:
            return holding[0]
    candidates = desk.knowledge.intent.understand(words.text, words.lang).candidates
    among = [candidate for candidate in candidates if candidate.label in titles]
    if not among or candidates[0].label not in titles:
        return None
    following = among[1].probability if len(among) > 1 else 0.0
    clear = among[0].probability >= desk.knowledge.intent.thresholds.clarify
    return among[0].label if clear and among[0].probability >= _AHEAD * following else None


def _leaves_the_question(desk: Desk, memory: Memory, meant: Meant) -> bool:
    """While a slot's question is open: small talk and a clear other matter go before it."""
    if meant.decision.act != "answer":
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

    Only of matters that are handled at no window: nobody can mean another one without naming it.
    """
    meant = mean(desk, words.text)
    label = meant.decision.labels[0] if meant.decision.act == "answer" else ""
    matter = desk.knowledge.matters.get(label)
    if matter is None or "window" in matter.facets:
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
    near = {one.label for one in desk.knowledge.intent.understand(words.text, words.lang).candidates}
    best = (mean(desk, side.text).decision.labels[:1] for side in (left, right))
    return [left, right] if all(label and label[0] in near for label in best) else []


def _without(understood: Understanding, labels: Sequence[str]) -> Understanding:
    """The same sentence when it is known that it does not mean these: their share goes to the rest."""
    kept = [one for one in understood.candidates if one.label not in labels]
    share = sum(one.probability for one in understood.candidates)
    rest = sum(one.probability for one in kept)
    scale = share / rest if rest else 0.0
    candidates = tuple(Candidate(one.label, min(1.0, one.probability * scale)) for one in kept)
    return replace(understood, candidates=candidates)
