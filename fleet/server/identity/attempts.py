"""How often an address may try its luck: a bucket for each, and a bounded number of buckets. Pure but for its lock."""

import threading
from collections import OrderedDict

BURST = 10
PER_MINUTE = 20.0
_ADDRESSES = 4096


class Attempts:
    """An attempt takes one out of the address's bucket, which fills up again with time."""

    def __init__(self, burst: int = BURST, per_minute: float = PER_MINUTE) -> None:
        self._burst, self._per_s = float(burst), per_minute / 60
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def may(self, address: str, now: float) -> bool:
        """Whether ``address`` may try at ``now`` (monotonic seconds)."""
        with self._guard:
            left, at = self._buckets.pop(address, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_s)
            allowed = left >= 1
            self._buckets[address] = (left - 1 if allowed else left, now)
            if len(self._buckets) > _ADDRESSES:
                self._buckets.popitem(last=False)
            return allowed
