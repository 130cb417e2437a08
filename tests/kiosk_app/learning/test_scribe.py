"""The thread that writes: off the loop, and never the kiosk's undoing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from kiosk_app.home import MOST_FREQUENT
from kiosk_app.learning.asked import Asked
from kiosk_app.learning.clusters import Cluster, read_clusters
from kiosk_app.learning.database import FILE, read_database
from kiosk_app.learning.misses import Miss
from kiosk_app.learning.scribe import Limits, Scribe, nearest
from models.intent.run import Candidate
from models.knowledge import Knowledge

MISS = Miss("暂住的那个卡怎么续", "rejected")
MONDAY = datetime(2026, 11, 23, 9, 30)


def clusters_in(path: Path) -> list[Cluster]:
    """What a reader sees."""
    connection = read_database(path)
    if connection is None:
        return []
    found = read_clusters(connection)
    connection.close()
    return found


def until(condition: Callable[[], bool]) -> None:
    """Wait for the scribe's thread."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def test_what_is_noted_is_written_before_it_stops(tmp_path: Path, gov: Knowledge) -> None:
    told: list[tuple[str | None, int]] = []
    scribe = Scribe(tmp_path / FILE, Limits(), lambda: gov, lambda *what: told.append(what), lambda: MONDAY)
    scribe.start()
    scribe.note([MISS, MISS, Miss("低保", "refused", settled="hall.staff")])
    scribe.stop()
    clusters = clusters_in(tmp_path / FILE)
    assert sorted(cluster.count for cluster in clusters) == [1, 2]
    assert clusters[0].hints[0].matter == "gov.residence_permit.renew"
    assert sum(count for _, count in told) == 3
    assert all(matter is None or matter in gov.matters for matter, _ in told)
    assert [file.name for file in tmp_path.iterdir()] == [FILE], "nothing is left in a log beside the file"


def test_what_is_asked_here_at_this_hour_comes_to_the_home_screen(tmp_path: Path, gov: Knowledge) -> None:
    now = MONDAY
    rare = next(matter for matter in gov.matters if matter not in gov.frequent)
    first = Scribe(tmp_path / FILE, Limits(), lambda: gov, clock=lambda: now)
    first.start()
    first.note([])
    until(lambda: first.frequent != ())
    assert first.frequent == gov.frequent[:MOST_FREQUENT]
    first.note([Asked(rare, 1.0)] * 60)
    until(lambda: rare in first.frequent)
    first.stop()
    second = Scribe(tmp_path / FILE, Limits(), lambda: gov, clock=lambda: now)
    second.start()
    second.note([])
    until(lambda: rare in second.frequent)
    now = datetime(2026, 11, 23, 16, 30)
    second.note([])
    until(lambda: rare not in second.frequent)
    second.stop()


def test_a_site_that_turns_it_off_keeps_nothing_and_forgets_what_there_was(
    tmp_path: Path, gov: Knowledge
) -> None:
    for limits, left in ((Limits(), 1), (Limits(unknown=False), 0)):
        scribe = Scribe(tmp_path / FILE, limits, lambda: gov, clock=lambda: MONDAY)
        scribe.start()
        scribe.note([MISS])
        scribe.stop()
        assert len(clusters_in(tmp_path / FILE)) == left


def test_a_damaged_file_is_begun_anew(
    tmp_path: Path, gov: Knowledge, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"no database at all " * 500)
    scribe = Scribe(path, Limits(), lambda: gov, clock=lambda: MONDAY)
    scribe.start()
    scribe.note([MISS])
    scribe.stop()
    assert [cluster.count for cluster in clusters_in(path)] == [1]
    assert "damaged" in caplog.text
    assert MISS.text not in caplog.text


def test_a_file_that_breaks_while_it_is_open_is_begun_anew_at_the_next_start(
    tmp_path: Path, gov: Knowledge
) -> None:
    path = tmp_path / FILE
    for breaks in (True, False):
        scribe = Scribe(path, Limits(), lambda: gov, clock=lambda: MONDAY)
        scribe.start()
        scribe.note([MISS])
        if breaks:
            until(lambda: len(clusters_in(path)) == 1)
            for suffix in ("", "-wal"):
                place = path.with_name(path.name + suffix)
                place.write_bytes(b"\x5a" * place.stat().st_size)
            scribe.note([MISS])
        scribe.stop()
    assert [cluster.count for cluster in clusters_in(path)] in ([1], [2])


def test_a_disk_that_refuses_costs_a_line_in_the_log(
    tmp_path: Path, gov: Knowledge, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    scribe = Scribe(tmp_path / "file" / FILE, Limits(), lambda: gov, clock=lambda: MONDAY)
    scribe.start()
    for _ in range(3):
        scribe.note([MISS])
    scribe.stop()
    assert caplog.text.count("cannot be kept") == 1
    assert MISS.text not in caplog.text


def test_a_clock_that_was_never_set_makes_nothing_old_and_counts_no_hour(
    tmp_path: Path, gov: Knowledge
) -> None:
    for moment, clusters in ((MONDAY, 1), (datetime(1970, 1, 1), 1), (datetime(2027, 11, 1), 0)):
        scribe = Scribe(tmp_path / FILE, Limits(), lambda: gov, clock=lambda moment=moment: moment)
        scribe.start()
        scribe.note([MISS] if moment is MONDAY else [])
        scribe.note([Asked("hall.hours", 1.0)] if moment.year == 1970 else [])
        scribe.stop()
        assert len(clusters_in(tmp_path / FILE)) == clusters
    connection = read_database(tmp_path / FILE)
    assert connection is not None
    assert connection.execute("SELECT count(*) FROM demand").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize(
    ("belonging", "probability", "certainty"),
    [(0.5, 0.3, 0.6), (0.05, 0.05, 1.0), (0.03, 0.03, 0.0), (0.0, 0.0, 0.0)],
)
def test_the_nearest_matter_is_sure_only_of_what_may_be_ours(
    belonging: float, probability: float, certainty: float
) -> None:
    understood = SimpleNamespace(
        candidates=(Candidate("smalltalk.thanks", 0.0), Candidate("gov.a", probability))
    )
    intent = SimpleNamespace(understand=lambda _text: understood, belonging=lambda _text: belonging)
    guess = nearest("低保", cast("Knowledge", SimpleNamespace(intent=intent, matters={"gov.a": None})))
    assert guess is not None and (guess.matter, round(guess.certainty, 6)) == ("gov.a", certainty)
