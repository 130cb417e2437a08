"""Back to something that was talked about before, and the same question about something else."""

from __future__ import annotations

from kiosk_app.dialogue.choosing import place_of
from kiosk_app.dialogue.cues import Words, cues, read
from kiosk_app.dialogue.desk import Asked, Desk, Turn
from kiosk_app.dialogue.meaning import Meant, mean, understood
from kiosk_app.dialogue.siblings import names_subject, siblings_of, subject_of
from kiosk_app.memory import Memory

_LIKELY = 0.05
"""A matter talked about before that is less likely than this is not the one that is named."""
_CLEAR = 0.8
"""How likely another matter of the family has to be, once the subject stands in the sentence."""


def returned(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "Back to the last one", "the permit from before": one of the matters that were talked about."""
    patterns = cues(words.lang)
    if patterns.whole("back", words.text):
        if not memory.past:
            return memory, desk.render.nothing_before()
        seen = memory.past[-1]
        return desk.open(memory, seen.matter, Asked(seen.facets))
    talked_of = (*memory.past, *((memory.now,) if memory.now else ()))
    place = place_of(words.text, len(talked_of)) if len(talked_of) > 1 and not memory.offered else None
    if place is not None:
        return desk.open(memory, talked_of[place].matter, Asked(talked_of[place].facets))
    match = patterns.whole("back_to", words.text)
    if match is None:
        return None
    subject = next((part for part in match.groupdict().values() if part), "")
    name = _earlier(desk, memory, read(subject))
    if name is None:
        return None
    facets = words.facets or (memory.now.facets if memory.now else ())
    return desk.open(memory, name, Asked(facets, by_words=bool(words.facets)))


def same_of_another(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "And the passport?": the facet that was asked last, of another matter."""
    if memory.asking is not None or memory.now is None or words.facets or not memory.now.facets:
        return None
    match = cues(words.lang).whole("same", words.text)
    if match is None:
        return None
    meant = _of_family(desk, memory, match["subject"]) or mean(desk, match["subject"])
    asked = Asked(memory.now.facets, words.text, meant.decision.confidence)
    act, labels = meant.decision.act, meant.decision.labels
    if act == "clarify" or act == "confirm":
        return desk.ask_back(memory, act, labels, asked)
    if act != "answer" or labels[0] not in desk.knowledge.matters:
        return None
    return desk.open(memory, labels[0], asked)


def _of_family(desk: Desk, memory: Memory, subject: str) -> Meant | None:
    """Another matter of the same family: "and the loss?", of the licence that is talked about."""
    matters = desk.knowledge.matters
    matter, words = matters.get(memory.matter), read(subject)
    if matter is None or names_subject(words, matters):
        return None
    gap = "" if words.lang == "zh" else " "
    meant = mean(desk, f"{subject_of(matter, matters, words.lang)}{gap}{subject}")
    ours = meant.sure_of in siblings_of(matter.id, matters)
    return meant if ours and meant.decision.confidence >= _CLEAR else None


def _earlier(desk: Desk, memory: Memory, subject: Words) -> str | None:
    """The matter talked about before that a subject names, the latest first."""
    known = [seen.matter for seen in reversed((*memory.past, *((memory.now,) if memory.now else ())))]
    known += memory.refused
    names = [name for name in known if name in desk.knowledge.matters]
    words = subject.rest.replace(" ", "") if subject.lang == "zh" else subject.rest
    for name in names:
        titles = " ".join(read(title).text for title in desk.knowledge.matters[name].title.values())
        if len(words) > 1 and words in titles:
            return name
    candidates = understood(desk.knowledge, subject).candidates
    likely = (one.label for one in candidates if one.probability >= _LIKELY)
    return next((label for label in likely if label in names), None)
