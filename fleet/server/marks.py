"""How far a stream (the records of one kiosk, boot and lane) is stored without a gap; pure.

Batches of one stream may come over several workers, in any order. What is stored behind a gap is remembered as spans,
so that the mark can pass over them when the gap is closed, and so that nothing of it is ever stored twice.
"""

from dataclasses import dataclass, field

_MAX_SPANS = 16
"""A kiosk has four batches of a lane on their way; what is forgotten is sent again."""


@dataclass(slots=True)
class Mark:
    """Everything up to ``acked`` is stored or was given up; of each span ``(after, last]`` everything is stored."""

    acked: int = 0
    ahead: list[tuple[int, int]] = field(default_factory=list)

    def holds(self, seq: int) -> bool:
        """Whether a record has been stored already."""
        return seq <= self.acked or any(after < seq <= last for after, last in self.ahead)

    def holds_nothing_after(self, seq: int) -> bool:
        """Whether everything behind ``seq`` is surely new: the usual case, without looking at each record."""
        return seq >= self.acked and not self.ahead

    def take(self, floor: int, after: int, last: int) -> None:
        """Note a batch: everything of the stream in ``(after, last]``, while nothing up to ``floor`` will come."""
        self.acked = max(self.acked, floor)
        if after <= self.acked and not self.ahead:
            self.acked = max(self.acked, last)
            return
        spans: list[tuple[int, int]] = []
        for start, end in sorted([*self.ahead, (after, last)]):
            if start <= self.acked:
                self.acked = max(self.acked, end)
            elif spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            else:
                spans.append((start, end))
        self.ahead = spans[:_MAX_SPANS]
