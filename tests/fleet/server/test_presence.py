"""The light: no late will, lost goodbye, restart or second worker makes it lie for longer than the grace."""

from dataclasses import dataclass, field
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.server.presence import GRACE_MS, Heard, Light, Run, light, merge

RUN = Run("00000001-a", 5)


def on(conn: int, run: str = RUN.name, at: int = 10) -> Heard:
    return Heard(conn, "on", run, at)


def off(conn: int, at: int = 10) -> Heard:
    return Heard(conn, "off", "", at)


def merged(*said: Heard) -> Heard:
    known = None
    for one in said:
        known = merge(known, one)
    assert known is not None
    return known


def test_the_order_in_which_messages_arrive_does_not_matter():
    said = [on(1, ""), on(1), off(1), on(2, ""), on(2)]
    assert {merged(*order).rank for order in permutations(said)} == {on(2).rank}
    assert {merged(*order).rank for order in permutations([*said, off(2)])} == {off(2).rank}


def test_since_is_when_it_changed_not_when_it_was_said_again():
    assert merged(on(1, "", 10), on(1, at=99)).since == 10
    assert merged(on(1, at=10), off(1, 100), off(1, 200)).since == 100
    assert merged(on(1, at=10), on(2, at=50)).since == 50


def test_who_did_not_answer_the_present_run_is_doubted_and_then_off():
    later = Run("00000002-b", 1000)
    assert light([on(1)], RUN, 20) == Light("on", 10)
    assert light([on(1)], later, 1001) == Light("unsure", 1000)
    assert light([on(1)], later, 1001 + GRACE_MS) == Light("off", 1000)
    assert light([merged(on(1), on(1, later.name, 1500))], later, 1600) == Light("on", 10)
    assert light([off(1)], later, 1001) == Light("off", 10)
    assert light([], later, 1001) is None


def test_an_answer_to_an_older_run_does_not_take_back_the_newer_one():
    later = Run("00000002-b", 1000)
    assert light([merged(on(1, later.name), on(1))], later, 1001) == Light("on", 10)


def test_a_boot_that_ended_says_nothing_about_the_next_one():
    assert light([on(7, "00000000-x"), on(1)], RUN, 20) == Light("on", 10)
    assert light([off(7), on(1)], RUN, 20) == Light("on", 10)
    assert light([off(7, 50), off(1, 40)], RUN, 60) == Light("off", 50)


@dataclass
class World:
    """A kiosk, a broker that gives each message to one of the workers, and workers that take them in their own time.

    Wills are said when the broker notices, which may be after the next connection stands; workers die with what is
    on its way to them, and the leader then begins a new run, which the kiosk answers while it is connected.
    """

    workers: int
    boot: int = 1
    conn: int = 0
    online: bool = False
    run: Run = RUN
    late_wills: list[tuple[int, int]] = field(default_factory=list)
    queues: list[list[tuple[int, Heard]]] = field(default_factory=list)
    stored: dict[int, Heard] = field(default_factory=dict)
    turn: int = 0

    def __post_init__(self) -> None:
        self.queues = [[] for _ in range(self.workers)]

    def say(self, boot: int, word: Heard) -> None:
        self.turn += 1
        self.queues[self.turn % self.workers].append((boot, word))

    def connect(self) -> None:
        if self.online:
            self.late_wills.append((self.boot, self.conn))
        self.conn += 1
        self.online = True
        self.say(self.boot, on(self.conn, ""))
        self.say(self.boot, on(self.conn, self.run.name))

    def restart(self) -> None:
        self.vanish()
        self.boot, self.conn = self.boot + 1, 0

    def vanish(self) -> None:
        if self.online:
            self.late_wills.append((self.boot, self.conn))
            self.online = False

    def goodbye(self) -> None:
        if self.online:
            self.say(self.boot, off(self.conn))
            self.online = False

    def say_a_will(self) -> None:
        if self.late_wills:
            boot, conn = self.late_wills.pop(0)
            self.say(boot, off(conn))

    def take(self, worker: int) -> None:
        queue = self.queues[worker % self.workers]
        if queue:
            boot, word = queue.pop(0)
            self.stored[boot] = merge(self.stored.get(boot), word)

    def kill_a_worker(self, worker: int) -> None:
        self.queues[worker % self.workers].clear()
        self.new_run()

    def kill_the_broker(self) -> None:
        """Every connection ends, wills that were not said yet never are."""
        self.late_wills.clear()
        for queue in self.queues:
            queue.clear()
        self.online = False
        self.new_run()

    def new_run(self) -> None:
        number = int(self.run.name[:8]) + 1
        self.run = Run(f"{number:08d}-a", self.run.since + 1000)
        if self.online:
            self.say(self.boot, on(self.conn, self.run.name))

    def settle(self) -> None:
        """The keep-alive has passed, and everything that is on its way has arrived."""
        while self.late_wills:
            self.say_a_will()
        for worker in range(self.workers):
            while self.queues[worker]:
                self.take(worker)


STEPS = ("connect", "vanish", "restart", "goodbye", "say_a_will", "new_run", "kill_the_broker")
steps = st.one_of(
    st.sampled_from(STEPS).map(lambda name: (name,)),
    st.tuples(st.sampled_from(("take", "kill_a_worker")), st.integers(0, 2)),
)


@settings(max_examples=400)
@given(st.integers(1, 3), st.lists(steps, max_size=60))
def test_never_online_when_gone_and_never_gone_when_online(workers, history):
    world = World(workers)
    for name, *arguments in history:
        getattr(world, name)(*arguments)
    world.settle()
    shown = light(world.stored.values(), world.run, world.run.since + 10 + GRACE_MS + 1)
    if world.online:
        assert shown is not None
        assert shown.state == "on"
    elif shown is not None:
        assert shown.state == "off"
