"""What the model makes of one sentence: the matter, the facets, what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk_app.dialogue.cues import Words, read
from kiosk_app.dialogue.desk import Asked, Desk
from kiosk_app.dialogue.policy import Decision, decide
from kiosk_app.wording.numerals import in_numerals
from models.intent.run import Candidate, Understanding
from models.knowledge import Knowledge

_FACET_SURE = 0.6
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
            return tuple(facet for facet in cued if facet != "steps" or own == "steps" or self._how) or cued
        if cued and (own == "summary" or self.understood.facet_confidence < _FACET_SURE):
            return cued
        return () if own == "summary" else (own,)

    @property
    def _how(self) -> bool:
        """Asks how as a question of its own, as written commas show; "lost, what now, how much" does not in speech."""
        found = [number for number, span in enumerate(self.words.spans) if span.facet == "steps"]
        after = self.words.spans[found[0] + 1 :] if found else ()
        between = self.words.text[self.words.spans[found[0]].end : after[0].start] if after else ""
        return any(sign in ",，;；。?？" for sign in between)

    @property
    def sure_of(self) -> str:
        """The label that is to be answered, "" for none."""
        return self.decision.labels[0] if self.decision.act == "answer" else ""

    def asked(self) -> Asked:
        """What is wanted of the matter."""
        facets = self.facets
        sure = bool(facets) and set(facets) <= set(self.words.facets)
        return Asked(facets, self.words.text, self.decision.confidence, by_words=sure)


def understood(knowledge: Knowledge, words: Words) -> Understanding:
    """What the model makes of a sentence, with its figures or with the numerals that are said for them.

    Packs are written as people speak, mostly in numerals; what was heard or typed may have figures.
    """
    intent = knowledge.intent
    written = intent.understand(words.text, words.lang)
    said = in_numerals(words.text) if words.lang == "zh" else words.text
    return (
        written if said == words.text else max(intent.understand(said, words.lang), written, key=_likelihood)
    )


def _likelihood(understood: Understanding) -> float:
    return understood.candidates[0].probability if understood.candidates else 0.0


def mean(desk: Desk, text: str, without: Sequence[str] = ()) -> Meant:
    """What a sentence means, as if the labels ``without`` did not exist."""
    words = read(text)
    meaning = understood(desk.knowledge, words)
    if without and meaning.candidates:
        meaning = _without(meaning, without)
    return Meant(words, meaning, decide(meaning, desk.knowledge.intent.thresholds))


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
    candidates = understood(desk.knowledge, words).candidates
    among = [candidate for candidate in candidates if candidate.label in titles]
    if not among or candidates[0].label not in titles:
        return None
    following = among[1].probability if len(among) > 1 else 0.0
    clear = among[0].probability >= desk.knowledge.intent.thresholds.clarify
    return among[0].label if clear and among[0].probability >= _AHEAD * following else None


def _without(understood: Understanding, labels: Sequence[str]) -> Understanding:
    """The same sentence when it is known that it does not mean these: their share goes to the rest."""
    kept = [one for one in understood.candidates if one.label not in labels]
    share = sum(one.probability for one in understood.candidates)
    rest = sum(one.probability for one in kept)
    scale = share / rest if rest else 0.0
    candidates = tuple(Candidate(one.label, min(1.0, one.probability * scale)) for one in kept)
    return replace(understood, candidates=candidates)
