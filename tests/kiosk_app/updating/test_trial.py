"""New knowledge on trial: ten good turns prove it; misses, slowness, failures and deaths bring the one before back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk_app.updating.machine import MOST_DEATHS
from kiosk_app.updating.places import folder_of
from tests.fleet.waiting import wait_until
from tests.kiosk_app.updating.lectern import Lectern
from tests.kiosk_app.updating.stock import Stock, update

Open = Callable[[], Lectern]
FIRST, SECOND = "2099.1.1", "2099.1.2"


@pytest.fixture
def start(tmp_path: Path, stock: Stock) -> Iterator[Open]:
    """Starts the program; what still runs at the end of the test is ended."""
    runs: list[Lectern] = []

    def begin() -> Lectern:
        runs.append(Lectern(tmp_path / "home", stock.shipped))
        runs[-1].open()
        return runs[-1]

    yield begin
    for run in runs:
        run.close()


@pytest.fixture
def on_trial(start: Open, stock: Stock) -> Lectern:
    """The first one proven, the second one on trial."""
    kiosk = start()
    kiosk.visits(20)
    kiosk.install(update(stock.first, 1))
    kiosk.send(update(stock.second, 2))
    kiosk.exchange()
    kiosk.told("trial", SECOND)
    return kiosk


def test_ten_good_turns_prove_it_and_the_one_before_stays_behind_it(on_trial: Lectern) -> None:
    on_trial.visits(4)
    on_trial.visits(1)
    news = on_trial.told("active", SECOND)
    assert news.trial is not None and (news.trial.turns, news.trial.missed) == (10, 0)
    state = on_trial.state
    assert (state.phase, state.serving, state.fallback) == ("proven", "b", "a")


def test_a_single_visit_proves_nothing(on_trial: Lectern) -> None:
    on_trial.visits(1)
    on_trial.goes_on(18)
    on_trial.close()
    trial = on_trial.state.trial
    assert trial is not None and trial.turns == 2


def test_one_that_does_not_understand_is_returned_between_visits(on_trial: Lectern, stock: Stock) -> None:
    on_trial.visits(5, "reject")
    news = on_trial.told("returned")
    assert (news.code, news.target.version) == ("misses", SECOND)
    assert "were not understood" in news.reason
    assert on_trial.version == SECOND, "nobody's answers change in the middle of a visit"
    on_trial.exchange()
    assert on_trial.version == FIRST
    on_trial.told("active", FIRST)
    on_trial.send(update(stock.second, 2))
    assert on_trial.told("rejected").reason == news.reason
    on_trial.send(update(stock.second, 3))
    on_trial.exchange()
    assert on_trial.version == SECOND, "a higher revision asks for it anew"


def test_one_odd_citizen_after_the_other_is_needed_to_return_it(on_trial: Lectern) -> None:
    on_trial.visits(2, "reject")
    on_trial.visits(3)
    on_trial.told("active", SECOND)


def test_one_that_takes_far_too_long_is_returned(on_trial: Lectern) -> None:
    on_trial.visits(5, understand_ms=400.0)
    assert on_trial.told("returned").code == "slow"


def test_a_failure_while_answering_ends_the_trial_at_once(on_trial: Lectern) -> None:
    with pytest.raises(KeyError), on_trial.librarian.answering():
        raise KeyError("我叫张三")
    news = on_trial.told("returned")
    assert news.code == "exception"
    assert news.reason == "answering from it fails: KeyError", "what somebody said is not told"
    on_trial.exchange()
    assert on_trial.version == FIRST


def test_turns_before_the_exchange_are_none_of_the_trial(start: Open, stock: Stock) -> None:
    kiosk = start()
    kiosk.send(update(stock.first, 1))
    kiosk.visits(5, "reject")
    kiosk.exchange()
    kiosk.close()
    assert kiosk.state.trial is not None
    assert kiosk.state.trial.turns == 0


def test_an_orderly_restart_goes_on_with_the_trial(on_trial: Lectern, start: Open) -> None:
    on_trial.visits(3)
    for _ in range(MOST_DEATHS + 1):
        on_trial.close()
        on_trial = start()
        on_trial.told("trial", SECOND)
    on_trial.visits(2)
    news = on_trial.told("active", SECOND)
    assert news.trial is not None and news.trial.turns == 10


def test_a_program_that_dies_again_and_again_returns_by_itself(on_trial: Lectern, start: Open) -> None:
    for _ in range(MOST_DEATHS - 1):
        assert start().version == SECOND
    last = start()
    assert last.version == FIRST
    news = last.told("returned")
    assert (news.code, news.trial and news.trial.deaths) == ("died", MOST_DEATHS)


def test_one_death_in_the_middle_of_an_answer_is_enough(on_trial: Lectern, start: Open) -> None:
    with on_trial.librarian.answering():
        after = start()
        assert after.told("returned").code == "died_answering"
        assert after.version == FIRST


def test_a_run_that_stayed_up_clears_the_deaths(
    on_trial: Lectern, start: Open, tmp_path: Path, stock: Stock
) -> None:
    for _ in range(MOST_DEATHS - 2):
        start()
    long = Lectern(tmp_path / "home", stock.shipped, steady_s=0.2)
    long.open()
    wait_until(
        lambda: long.state.trial is not None and long.state.trial.deaths == 0, "the deaths to be cleared"
    )
    long.close()


def test_something_newer_ends_a_trial_without_blame(on_trial: Lectern, stock: Stock) -> None:
    on_trial.send(update(stock.third, 3))
    on_trial.exchange()
    assert on_trial.version == "2099.1.3"
    on_trial.visits(5)
    on_trial.told("active", "2099.1.3")
    assert not [news for news in on_trial.news if news.code == "misses"]
    assert not any(verdict.bad for verdict in on_trial.state.verdicts)


def test_the_centre_can_take_back_what_is_on_trial(on_trial: Lectern, stock: Stock) -> None:
    on_trial.send(update(stock.first, 3))
    on_trial.exchange()
    assert on_trial.version == FIRST
    on_trial.told("active", FIRST)
    assert on_trial.state.in_use == update(stock.first, 1).target


def test_the_same_once_more_changes_nothing(on_trial: Lectern, stock: Stock) -> None:
    on_trial.send(update(stock.second, 9))
    on_trial.told("trial", SECOND)
    candidate = on_trial.state.candidate
    assert candidate is not None and candidate.rev == 9
    on_trial.visits(5)
    on_trial.told("active", SECOND)
    on_trial.send(update(stock.second, 10))
    on_trial.told("active", SECOND)
    assert not on_trial.nobody_is_here()


def test_what_is_usual_survives_a_restart(start: Open, tmp_path: Path) -> None:
    first = start()
    first.visits(10, "reject")
    first.visits(10)
    first.close()
    kept = json.loads((folder_of(tmp_path / "home", "knowledge") / "usual.json").read_text())
    assert (kept["turns"], kept["missed"]) == (40, 20)
    again = start()
    assert again.librarian._probation._usual.usual.turns == 40


def test_on_a_kiosk_that_is_hardly_understood_as_it_is_half_missed_is_no_reason(
    start: Open, stock: Stock
) -> None:
    kiosk = start()
    kiosk.visits(25, "reject")
    kiosk.visits(25)
    kiosk.send(update(stock.first, 1))
    kiosk.exchange()
    kiosk.visits(3, "handoff")
    kiosk.visits(2)
    kiosk.told("active", FIRST)
