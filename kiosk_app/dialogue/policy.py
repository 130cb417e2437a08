"""What to do with what was understood: answer, ask back, or admit that it was not understood. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.intent.run import Thresholds, Understanding

MOST_CHOICES = 3
"""More than three large buttons are a menu, not a question."""
CLEAR_LEAD = 0.2
"""How far the best candidate has to be ahead, whatever a model was calibrated to: 「护照」 alone names two matters."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``labels`` are matter or small-talk ids: the one to answer, those to offer, or none."""

    act: Literal["answer", "clarify", "confirm", "reject"]
    labels: tuple[str, ...]
    confidence: float


def decide(understood: Understanding, thresholds: Thresholds) -> Decision:
    """Answer only when the best candidate is likely enough and clearly ahead of the next one.

    Below that, offer the near candidates; a single one is offered as "did you mean this?". What the model calls
    outside is never answered.
    """
    candidates = understood.candidates
    if not understood.known or not candidates:
        return Decision("reject", (), candidates[0].probability if candidates else 0.0)
    best = candidates[0]
    lead = best.probability - (candidates[1].probability if len(candidates) > 1 else 0.0)
    if best.probability >= thresholds.answer and lead >= max(thresholds.margin, CLEAR_LEAD):
        return Decision("answer", (best.label,), best.probability)
    near = tuple(c.label for c in candidates[:MOST_CHOICES] if c.probability >= thresholds.clarify)
    if not near:
        return Decision("reject", (), best.probability)
    return Decision("confirm" if len(near) == 1 else "clarify", near, best.probability)
