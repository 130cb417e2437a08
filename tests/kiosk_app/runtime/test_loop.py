"""The loop: events in order, ticks when they are due, and alive whatever an effect does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from kiosk_app.events import Event, PersonEngaged, QuestionTyped, Replied, ScreenTouched, Tick
from kiosk_app.reply import Reply
from kiosk_app.runtime.loop import SessionLoop
from kiosk_app.session import Ask, Effect, Phase, SessionState, Timing, initial_state

SECRET = "我的身份证号是110101199003070000"


class Bench:
    """A loop whose clock is turned by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.events: list[Event] = []
        self.effects: list[Effect] = []
        self.trouble: Exception | None = None
        self.work: Callable[[Effect], None] = lambda effect: None
        self.ticked, self.replied = threading.Event(), threading.Event()
        self.loop = SessionLoop(initial_state(0.0), self._carry_out, self._changed, lambda: self.now)

    def _carry_out(self, effect: Effect) -> None:
        self.effects.append(effect)
        self.work(effect)
        if self.trouble is not None:
            raise self.trouble

    def _changed(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        self.events.append(event)
        if isinstance(event, Tick):
            self.ticked.set()
        if isinstance(event, Replied):
            self.replied.set()
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A loop that is stopped in the end."""
    bench = Bench()
    yield bench
    bench.loop.stop()


def test_events_are_taken_in_order_and_all_of_them_before_the_end(bench: Bench) -> None:
    posted: list[Event] = [ScreenTouched(n / 1000) for n in range(50)]
    for event in posted:
        bench.loop.post(event)
    bench.loop.start()
    bench.loop.stop()
    assert bench.events == posted


def test_effects_are_carried_out_before_the_change_is_seen(bench: Bench) -> None:
    bench.loop.step(PersonEngaged(0.0, 1))
    assert bench.loop.state.phase is Phase.GREETING
    assert len(bench.effects) == 2
    assert bench.events == [PersonEngaged(0.0, 1)]


def test_a_tick_comes_when_the_state_is_due_though_nothing_happens(bench: Bench) -> None:
    bench.now = Timing().housekeeping + 1
    bench.loop.start()
    assert bench.ticked.wait(20), "time passes and the session never learns of it"
    bench.loop.stop()
    assert bench.loop.state.deadline > bench.now


def test_a_due_tick_goes_before_the_events_in_line(bench: Bench) -> None:
    bench.loop.step(ScreenTouched(0.0))
    bench.now = Timing().inactivity + 1
    bench.loop.post(ScreenTouched(bench.now))
    bench.loop.start()
    bench.loop.stop()
    assert [type(event) for event in bench.events] == [ScreenTouched, Tick, ScreenTouched]


def test_an_answer_that_was_slow_to_find_is_shown_all_the_same(bench: Bench) -> None:
    def find(effect: Effect) -> None:
        if isinstance(effect, Ask):
            bench.now += Timing().thinking + 1
            reply = Reply("answer", "zh", "到二楼三号窗口。")
            bench.loop.post(Replied(bench.now, effect.turn, reply, effect.memory))

    bench.work = find
    bench.loop.post(QuestionTyped(0.0, "居住证在哪里办"))
    bench.loop.start()
    assert bench.replied.wait(20)
    assert bench.loop.state.phase is Phase.ANSWERING
    assert [type(event) for event in bench.events] == [QuestionTyped, Replied]


def test_a_mistake_in_an_effect_costs_that_effect_only(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.trouble = KeyError(SECRET)
    with caplog.at_level(logging.ERROR):
        bench.loop.post(QuestionTyped(0.0, SECRET))
        bench.loop.post(ScreenTouched(0.0))
        bench.loop.start()
        bench.loop.stop()
    assert [type(event) for event in bench.events] == [QuestionTyped, ScreenTouched]
    assert any(isinstance(effect, Ask) for effect in bench.effects)
    assert "Ask: KeyError in " in caplog.text
    assert "test_loop.py:" in caplog.text
    assert SECRET not in caplog.text, "the log holds what a citizen said"


def test_stopping_a_loop_that_never_ran_is_no_error() -> None:
    Bench().loop.stop()
