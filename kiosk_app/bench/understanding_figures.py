"""How long it takes to find the answer to a question."""

from __future__ import annotations

import time

from kiosk_app.bench.figure import Figure, percentile
from kiosk_app.dialogue import Dialogue, prepare
from kiosk_app.request import TextAsked
from models.knowledge import Knowledge

_QUESTIONS = 300
_WARM = 10


def understanding_figures(knowledge: Knowledge) -> list[Figure]:
    """Understanding alone, and the whole reply, over the pack's own example questions."""
    prepare()
    sentences = knowledge.sentences("zh")
    chosen = sentences[:: max(1, len(sentences) // _QUESTIONS)]
    dialogue = Dialogue(knowledge)
    for sentence in chosen[:_WARM]:
        dialogue.answer(TextAsked(sentence), "zh")
    understood, replied = [], []
    for sentence in chosen:
        began = time.perf_counter()
        knowledge.intent.understand(sentence, "zh")
        understood.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        dialogue.answer(TextAsked(sentence), "zh")
        replied.append((time.perf_counter() - began) * 1000)
    note = f"{len(chosen)} questions of {knowledge.id}"
    return [
        Figure("understand_p50_ms", round(percentile(understood, 0.5), 2), "ms", note),
        Figure("understand_p95_ms", round(percentile(understood, 0.95), 2), "ms", note),
        Figure("reply_p95_ms", round(percentile(replied, 0.95), 2), "ms", "understanding, rules and words"),
    ]
