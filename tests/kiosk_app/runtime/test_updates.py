"""Models and configuration: taken into use by a new start between visits, good when that stays up, else taken back."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk_app.config import load_config
from kiosk_app.events import Event, RestartWanted
from kiosk_app.runtime.updates import Updates
from kiosk_app.updating.machine import MOST_DEATHS, Installation
from kiosk_app.updating.news import News
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.start import begin, with_centre
from kiosk_app.updating.state_file import read_state
from kiosk_app.updating.update import Update
from models.assets.stamp import sha256_of

WAIT_S = 60.0


class Run:
    """One run of the program, from its first step on."""

    def __init__(self, home: Path, local: Path, steady_s: float) -> None:
        self.home = home
        beginning = begin(load_config(local), local)
        self.config = beginning.config
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[News] = queue.SimpleQueue()
        self.updates = Updates(
            self.config, local, self._events.put, self._told.put, beginning.news, steady_s=steady_s
        )
        self.updates.start()

    def send(self, path: Path, rev: int, version: str) -> Update:
        """The agent has fetched it."""
        update = Update(rev, "config", "hall", version, sha256_of(path), path)
        self.updates.fetched(update)
        return update

    def wants_to_start_again(self) -> bool:
        """Wait until it does, then between two visits; whether there is something to start again for."""
        assert isinstance(self._events.get(timeout=WAIT_S), RestartWanted)
        return self.updates.apply()

    def told(self, result: str) -> News:
        """Wait for it."""
        while (news := self._told.get(timeout=WAIT_S)).result != result:
            pass
        return news

    @property
    def state(self) -> Installation:
        """As the disk has it."""
        return read_state(folder_of(self.home, "config"))


Start = Callable[..., Run]


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """The device's own file."""
    path = tmp_path / "kiosk.toml"
    path.write_text(f'data_dir = "{tmp_path / "home"}"\n[speaker]\nvolume = 0.9\n', encoding="utf-8")
    return path


@pytest.fixture
def start(tmp_path: Path, local: Path) -> Iterator[Start]:
    """Starts the program; what still runs is ended after the test."""
    runs: list[Run] = []

    def make(steady_s: float = 600.0) -> Run:
        runs.append(Run(tmp_path / "home", local, steady_s))
        return runs[-1]

    yield make
    for run in runs:
        run.updates.stop()


def document(folder: Path, volume: str, name: str = "centre") -> Path:
    """What the centre sets."""
    path = folder / f"{name}.toml"
    path.write_text(f"[speaker]\nvolume = {volume}\n")
    return path


def test_a_setting_is_used_from_the_next_start_and_good_when_that_stays_up(
    start: Start, tmp_path: Path, local: Path
) -> None:
    run = start()
    assert run.config.speaker.volume == 0.9
    run.send(document(tmp_path, "0.6"), 1, "1")
    assert run.wants_to_start_again()
    assert run.config.speaker.volume == 0.9, "a program that runs is not changed"
    run.updates.stop()
    run = start(steady_s=0.0)
    assert run.config.speaker.volume == 0.6
    assert run.told("trial").target.version == "1"
    assert run.told("active").kind == "config"
    assert run.state.phase == "proven"
    assert with_centre(load_config(local), local).speaker.volume == 0.6


def test_a_key_that_is_not_the_centres_is_refused_and_nothing_starts_again(
    start: Start, tmp_path: Path
) -> None:
    path = tmp_path / "centre.toml"
    path.write_text("[camera]\nenabled = true\n")
    run = start()
    wanted = run.send(path, 1, "1")
    news = run.told("rejected")
    assert news.code == "config" and "may not set 'camera.enabled'" in news.reason
    assert not run.updates.apply()
    run.updates.fetched(wanted)
    assert run.told("rejected").code == "update.known"


def test_a_setting_with_which_the_program_dies_again_and_again_is_taken_back(
    start: Start, tmp_path: Path
) -> None:
    first = start()
    first.send(document(tmp_path, "0.6"), 1, "1")
    assert first.wants_to_start_again()
    first.updates.stop()
    assert [start().config.speaker.volume for _ in range(MOST_DEATHS)] == [0.6] * MOST_DEATHS
    last = start()
    assert last.config.speaker.volume == 0.9
    assert last.told("returned").code == "died"


def test_orderly_restarts_are_no_deaths(start: Start, tmp_path: Path) -> None:
    run = start()
    run.send(document(tmp_path, "0.6"), 1, "1")
    assert run.wants_to_start_again()
    for _ in range(MOST_DEATHS + 2):
        run.updates.stop()
        run = start()
    assert run.config.speaker.volume == 0.6
    assert run.state.trial is not None and run.state.trial.deaths == 0


def test_something_newer_waits_for_the_start_that_ends_the_trial(start: Start, tmp_path: Path) -> None:
    run = start()
    run.send(document(tmp_path, "0.6", "one"), 1, "1")
    assert run.wants_to_start_again()
    run.updates.stop()
    run = start()
    run.send(document(tmp_path, "0.7", "two"), 2, "2")
    assert run.wants_to_start_again()
    assert run.state.phase == "fetched", "the slot is in use by this program"
    run.updates.stop()
    run = start()
    assert run.config.speaker.volume == 0.9, "the one before, between both"
    assert run.wants_to_start_again()
    run.updates.stop()
    assert start().config.speaker.volume == 0.7


def test_what_is_wanted_back_is_back_after_a_start(start: Start, tmp_path: Path) -> None:
    run = start()
    one = document(tmp_path, "0.6", "one")
    run.send(one, 1, "1")
    assert run.wants_to_start_again()
    run.updates.stop()
    run = start(steady_s=0.0)
    run.told("active")
    run.send(document(tmp_path, "0.7", "two"), 2, "2")
    assert run.wants_to_start_again()
    run.updates.stop()
    run = start()
    assert run.config.speaker.volume == 0.7
    run.send(one, 3, "1")
    assert run.wants_to_start_again()
    run.updates.stop()
    assert start().config.speaker.volume == 0.6


def test_a_local_file_that_no_longer_goes_with_it_costs_the_centres_setting_only(
    start: Start, tmp_path: Path, local: Path
) -> None:
    path = tmp_path / "centre.toml"
    path.write_text('[site]\nlang = "en"\n')
    run = start()
    run.send(path, 1, "1")
    assert run.wants_to_start_again()
    run.updates.stop()
    (folder_of(tmp_path / "home", "config") / "a" / "centre.toml").write_text("[site]\nlang = 5\n")
    run = start()
    assert run.config.site.lang == "zh"
    assert run.told("returned").code == "does_not_open"


def test_a_model_that_nobody_uses_here_is_refused(start: Start, tmp_path: Path) -> None:
    run = start()
    path = document(tmp_path, "1")
    run.updates.fetched(Update(1, "model", "../../../etc", "1", sha256_of(path), path))
    assert run.told("rejected").code == "model.unknown"
    assert not (tmp_path / "home" / "updates" / "model").exists()
