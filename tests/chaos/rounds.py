"""Rounds of breakage, and the balance after some of them."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.chaos.accounts import Balance
from tests.chaos.world import World

BALANCED_EVERY = 10
_DRAIN_S = 180.0


@dataclass(frozen=True, slots=True)
class Round:
    """What was done in a round; ``balance`` where everything was let drain after it (``drained``: it did)."""

    number: int
    done: tuple[str, ...]
    drained: bool | None = None
    balance: Balance | None = None


def run_rounds(world: World, rounds: int, chance: random.Random) -> Iterator[Round]:
    """Break one or two things at a time, for as long as it takes; every tenth round ends with a balance."""
    breakages = world.breakages()
    # Each way of breaking comes up as often as the others, in an order of its own.
    deck: list[str] = []
    for number in range(1, rounds + 1):
        names: list[str] = []
        for _ in range(chance.choice((1, 1, 2))):
            deck = deck or chance.sample(sorted(breakages), len(breakages))
            names.append(deck.pop())
        _at_once([(breakages[name], chance.uniform(0.1, 3.0)) for name in names])
        time.sleep(chance.uniform(0.1, 1.5))
        world.keep_up()
        if number % BALANCED_EVERY and number != rounds:
            yield Round(number, tuple(names))
            continue
        yield Round(number, tuple(names), *world.settle(_DRAIN_S))


def tally(rounds: list[Round]) -> Counter[str]:
    """How often each thing was broken."""
    return Counter(name for each in rounds for name in each.done)


def _at_once(work: list[tuple[Callable[[float], None], float]]) -> None:
    errors: list[Exception] = []

    def guarded(action: Callable[[float], None], seconds: float) -> None:
        try:
            action(seconds)
        except Exception as error:  # noqa: BLE001  handed to whoever waits
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
