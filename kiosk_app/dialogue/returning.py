"""Back to something that was talked about before, and the same question about something else."""

from __future__ import annotations

from kiosk_app.dialogue.cues import Words, cues, read
from kiosk_app.dialogue.desk import Asked, Desk, Turn
from kiosk_app.dialogue.understanding import mean
from kiosk_app.memory import Memory


def returned(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "Back to the last one", "the permit from before": one of the matters that were talked about."""
    patterns = cues(words.lang)
    if patterns.whole("back", words.text):
        if not memory.past:
            return memory, desk.render.nothing_before()
        seen = memory.past[-1]
        return desk.open(memory, seen.matter, Asked(seen.facets))
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
    meant = mean(desk, match["subject"])
    asked = Asked(memory.now.facets, words.text, meant.decision.confidence)
    act, labels = meant.decision.act, meant.decision.labels
    if act == "clarify" or act == "confirm":
        return desk.ask_back(memory, act, labels, asked)
    if act != "answer" or labels[0] not in desk.knowledge.matters:
        return None
    return desk.open(memory, labels[0], asked)


def _earlier(desk: Desk, memory: Memory, subject: Words) -> str | None:
    """The matter talked about before that a subject names, the latest first."""
    known = [seen.matter for seen in reversed((*memory.past, *((memory.now,) if memory.now else ())))]
    names = [name for name in known if name in desk.knowledge.matters]
    words = subject.rest.replace(" ", "") if subject.lang == "zh" else subject.rest
    for name in names:
        titles = " ".join(read(title).text for title in desk.knowledge.matters[name].title.values())
        if len(words) > 1 and words in titles:
            return name
    candidates = desk.knowledge.intent.understand(subject.text, subject.lang).candidates
    return next((one.label for one in candidates if one.label in names), None)
