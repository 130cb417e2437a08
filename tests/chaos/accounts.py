"""What was sent against what is stored."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A numbered record in the centre's database."""

    kiosk: str
    boot: str
    lane: str
    seq: int
    number: int


@dataclass(frozen=True, slots=True)
class Balance:
    """``lost``: noted as sent, not stored, and in no damaged file. ``extra``: stored though never noted as sent,
    which a kill between outbox and journal explains once a kill. ``unsaved``: gone with a damaged file."""

    sent: int
    stored: int
    lost: int
    duplicates: int
    out_of_order: int
    unsaved: int
    extra: int
    examples: tuple[tuple[str, int], ...] = ()
    """Some of the lost ones: kiosk and number."""

    @property
    def exact(self) -> bool:
        """Nothing lost, nothing twice, all in order."""
        return not (self.lost or self.duplicates or self.out_of_order)


def balance(
    sent: Mapping[str, set[int]], stored: Iterable[StoredRecord], damaged: Mapping[str, set[int]]
) -> Balance:
    """Compare; ``stored`` in the order of its writing, ``damaged``: what lay in files when those were broken."""
    rows = list(stored)
    times = Counter((row.kiosk, row.number) for row in rows)
    missing = {(kiosk, number) for kiosk, numbers in sent.items() for number in numbers} - set(times)
    unsaved = {(kiosk, number) for kiosk, number in missing if number in damaged.get(kiosk, set())}
    streams: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for row in rows:
        streams.setdefault((row.kiosk, row.boot, row.lane), []).append((row.seq, row.number))
    return Balance(
        sent=sum(map(len, sent.values())),
        stored=len(times),
        lost=len(missing - unsaved),
        duplicates=sum(count - 1 for count in times.values()),
        # By seq, which is the order of writing on the kiosk, the numbers must rise.
        out_of_order=sum(a[1] >= b[1] for stream in streams.values() for a, b in pairwise(sorted(stream))),
        unsaved=len(unsaved),
        extra=sum(number not in sent.get(kiosk, set()) for kiosk, number in times),
        examples=tuple(sorted(missing - unsaved)[:8]),
    )
