"""The costs of a recogniser's graphs. Costs are negative natural logarithms, added to those of the sound."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """How graphs are made; the defaults are measured (docs/measurements/recogniser-graphs.md, people.md).

    The pronunciation graph has ``silence_share`` and ``syllable_cost``, which also hold for grammars given at run time
    (``KaldiRecognizer(model, rate, '["..."]')``). The grammar has the rest.
    """

    silence_share: float = 0.5
    """The probability of silence before, between and after words."""
    syllable_cost: float = 5.5
    """Paid by every syllable of foreign speech."""
    filler_cost: float = 3.0
    """Paid by every stretch of foreign speech."""
    order: int = 4
    """Words of the grammar's longest n-grams."""
    discount: float = 0.1
    """Taken from every count for what was never seen; little, because citizens ask a closed set of questions."""
    fewest: tuple[int, ...] = ()
    """By length, how often an n-gram must have been seen to be kept; 1 where this ends."""


MEASURED = GraphSettings()
"""What every graph is made with unless a measurement tries something else."""
