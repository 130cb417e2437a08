"""A sentence that is not clear by itself, made whole: with the subject that is talked about, or piece by piece."""

from __future__ import annotations

from kiosk_app.dialogue.cues import Words, cues
from kiosk_app.dialogue.desk import Desk, Turn
from kiosk_app.dialogue.facets import is_service
from kiosk_app.dialogue.meaning import Meant, mean
from kiosk_app.dialogue.siblings import family_of, names_subject, siblings_of, subject_of
from kiosk_app.memory import Memory

_CLEAR = 0.8
"""How likely a matter of the family has to be, once the subject stands in the sentence."""
_HINT = 0.02
"""How likely a sibling has to be by the sentence alone, so that not the subject makes it the likelier one."""
_NEAREST = 4
"""What the model takes for none of our business by itself has to have the matter among this many nearest ones."""
_RIVAL = 0.3
"""A matter of another family has to be this likely by the sentence alone to be offered as well."""
_LONGEST = {"zh": 14, "en": 50}
"""Characters; a longer sentence has a subject of its own."""


def completed(desk: Desk, memory: Memory, words: Words, alone: Meant) -> Turn | None:
    """ "It has expired", after a question about ID cards: the same sentence with the subject said.

    ``alone`` is what it means without. Where that is another family's, both are offered.

    Taken only for the matter that is talked about or one of its family: what is none of our business stays that
    with our subject in it, and is told apart by the model.
    """
    matter = desk.knowledge.matters.get(memory.matter)
    if matter is None or memory.asking is not None or len(words.text) > _LONGEST[words.lang]:
        return None
    subject = subject_of(matter, desk.knowledge.matters, words.lang)
    if not subject or subject in words.text or names_subject(words, desk.knowledge.matters):
        return None
    text = f"{subject}{words.text}" if words.lang == "zh" else f"{subject} {words.text}"
    meant = mean(desk, text, memory.refused)
    if meant.decision.confidence < _CLEAR:
        return None
    likely = {one.label: one.probability for one in alone.understood.candidates}
    hint = likely.get(meant.sure_of, 0.0)
    if (
        not alone.understood.known
        and meant.sure_of not in [one.label for one in alone.understood.candidates][:_NEAREST]
    ):
        return None
    if meant.sure_of in siblings_of(matter.id, desk.knowledge.matters):
        label = meant.sure_of if hint > max(_HINT, likely.get(matter.id, 0.0)) else matter.id
    elif meant.sure_of == matter.id and (is_service(matter) or hint > _HINT):
        label = matter.id
    else:
        return None
    others = [name for name in alone.decision.labels if name in desk.knowledge.matters and name != label]
    rival = others and alone.decision.confidence >= _RIVAL
    if rival and label not in alone.decision.labels and family_of(others[0]) != family_of(label):
        return desk.ask_back(memory, "clarify", [label, others[0]], meant.asked())
    return desk.open(memory, label, meant.asked())


def courtesy(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "Thanks, bye": several pieces of small talk in one sentence; the last one counts."""
    pieces = [piece for piece in cues(words.lang).between.split(words.text) if piece and piece.strip()]
    if len(pieces) < 2:
        return None
    labels = [mean(desk, piece).sure_of for piece in pieces[:3]]
    if not all(label in desk.knowledge.smalltalk for label in labels):
        return None
    return desk.open(memory, labels[-1], mean(desk, pieces[-1]).asked())
