"""The lease: one leader at a time, another when it stands still or has said goodbye, runs whose names rise."""

import threading

import pytest

from fleet.server.leading import STILL_S, Leadership, present_run
from fleet.server.store import Store


@pytest.fixture
def moment():
    return [0.0]


@pytest.fixture
def worker(store, moment):
    def make(account: str) -> Leadership:
        return Leadership(store, account, lambda: moment[0])

    return make


def test_the_first_leads_until_it_stands_still(worker, moment):
    first, second = worker("_server"), worker("_server-2")
    assert first.beat()
    assert not second.beat()
    moment[0] = STILL_S
    assert not second.beat()
    assert first.beat()
    moment[0] = STILL_S * 2
    assert not second.beat(), "it was renewed since"
    moment[0] = STILL_S * 3 + 1
    assert second.beat()
    assert not first.beat(), "who slept does not lead any more"
    assert first.begin_run() is None


def test_who_has_gone_is_followed_at_once(worker):
    first, second = worker("_server"), worker("_server-2")
    assert first.beat()
    assert not second.beat(gone="somebody-else")
    assert second.beat(gone=first.me)
    second.resign()
    assert first.beat()


def test_a_worker_that_was_started_again_follows_itself(worker):
    assert worker("_server").beat()
    assert not worker("_server-2").beat()
    assert worker("_server").beat()


def test_runs_have_rising_names_over_all_leaders(worker, store):
    first, second = worker("_server"), worker("_server-2")
    first.beat()
    runs = [first.begin_run(), first.begin_run()]
    second.beat(gone=first.me)
    runs.append(second.begin_run())
    names = [run.name for run in runs if run is not None]
    assert len(names) == 3
    assert names == sorted(names)
    with store.reading() as tx:
        assert present_run(tx) == runs[-1]


def test_of_many_that_try_at_once_one_leads(database):
    stores = [Store(database) for _ in range(4)]
    workers = [Leadership(store, f"_server-{number}") for number, store in enumerate(stores)]
    together = threading.Barrier(4)
    led: list[bool] = []

    def race(worker: Leadership) -> None:
        together.wait()
        led.append(worker.beat())

    threads = [threading.Thread(target=race, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(led) == [False, False, False, True]
    for store in stores:
        store.close()
