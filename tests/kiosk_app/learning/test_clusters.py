"""Clusters in a real file: counted, bounded, and gone when they are gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.learning.clusters import KEPT_EXAMPLES, ClusterStore, Guess, forget_clusters, read_clusters
from kiosk_app.learning.database import FILE, close_database, open_database, read_database
from kiosk_app.learning.misses import Miss

DAY = 740_000
RENEW = Guess("gov.residence_permit.renew", 0.6)
SUBJECTS = "驾照护照医保房产低保残疾结婚落户公租补贴年检签证公证社团档案学籍职称工伤退税宅基"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "learning" / FILE


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """The open file."""
    opened = open_database(path)
    yield opened
    close_database(opened)


def bytes_on_disk(folder: Path) -> bytes:
    """Everything in the folder's files."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_similar_questions_are_counted_together_with_what_speaks_for_a_matter(
    connection: sqlite3.Connection,
) -> None:
    store = ClusterStore(connection, 500, 90)
    store.add(Miss("暂住的那个卡怎么续", "rejected"), RENEW, DAY)
    store.add(Miss("请问暂住卡怎么续", "refused", handed_over=True), Guess(RENEW.matter, 0.8), DAY + 1)
    store.add(Miss("暂住的那个卡怎么续", "rejected", settled="gov.other"), RENEW, DAY + 2)
    store.add(Miss("低保去哪申请", "rejected"), None, DAY)
    first, second = read_clusters(connection)
    assert (first.count, first.rejected, first.refused, first.handed_over) == (3, 2, 1, 1)
    assert (first.first_day, first.last_day, first.lang) == (DAY, DAY + 2, "zh")
    assert [(wording.text, wording.count) for wording in first.wordings] == [
        ("暂住的那个卡怎么续", 2),
        ("请问暂住卡怎么续", 1),
    ]
    assert [(hint.matter, hint.nearest, hint.settled) for hint in first.hints] == [
        ("gov.other", 0, 1),
        (RENEW.matter, 3, 0),
    ]
    assert first.hints[1].certainty == pytest.approx((0.6 + 0.8 + 0.6) / 3)
    assert (second.wordings[0].text, second.hints) == ("低保去哪申请", ())
    assert [cluster.id for cluster in read_clusters(connection, 2)] == [first.id]


def test_a_store_that_is_opened_again_goes_on_with_the_same_clusters(path: Path) -> None:
    for count in (1, 2):
        connection = open_database(path)
        ClusterStore(connection, 500, 90).add(Miss("暂住的那个卡怎么续", "rejected"), RENEW, DAY)
        assert [cluster.count for cluster in read_clusters(connection)] == [count]
        close_database(connection)


def test_never_more_clusters_or_wordings_than_the_site_allows(connection: sqlite3.Connection) -> None:
    store = ClusterStore(connection, 5, 90)
    for turn in range(3):
        store.add(Miss("暂住的那个卡怎么续", "rejected"), RENEW, DAY + turn)
    for number in range(0, len(SUBJECTS), 2):
        store.add(Miss(f"我要问{SUBJECTS[number : number + 2]}", "rejected"), None, DAY + number)
    clusters = read_clusters(connection)
    assert len(clusters) == 5
    assert clusters[0].count == 3, "the most frequent one is the last to go"
    for number in range(3 * KEPT_EXAMPLES):
        store.add(Miss(f"暂住的那个卡怎么续{'啊' * number}", "rejected"), RENEW, DAY + 40)
    assert max(len(cluster.wordings) for cluster in read_clusters(connection)) <= KEPT_EXAMPLES
    assert connection.execute(
        "SELECT count(*) FROM example WHERE cluster NOT IN (SELECT id FROM cluster)"
    ).fetchone() == (0,)


def test_what_is_too_old_is_gone_from_the_disk_too(connection: sqlite3.Connection, path: Path) -> None:
    store = ClusterStore(connection, 500, 90)
    store.add(Miss("暂住的那个卡怎么续", "rejected"), RENEW, DAY)
    store.add(Miss("低保去哪申请", "rejected"), None, DAY + 60)
    assert "暂住的那个卡".encode() in bytes_on_disk(path.parent)
    store.prune(DAY + 91)
    assert [cluster.wordings[0].text for cluster in read_clusters(connection)] == ["低保去哪申请"]
    assert "暂住的那个卡".encode() not in bytes_on_disk(path.parent)
    store.add(Miss("暂住的那个卡怎么续", "rejected"), RENEW, DAY + 91)
    assert len(read_clusters(connection)) == 2


def test_forgetting_from_another_process_empties_the_file_while_the_kiosk_writes(
    connection: sqlite3.Connection, path: Path
) -> None:
    store = ClusterStore(connection, 500, 90)
    store.add(Miss("暂住的那个卡怎么续", "rejected"), RENEW, DAY)
    other = open_database(path)
    assert forget_clusters(other) == 1
    close_database(other)
    assert "暂住的那个卡".encode() not in bytes_on_disk(path.parent)
    store.add(Miss("暂住的那个卡怎么续", "rejected"), RENEW, DAY)
    assert [cluster.count for cluster in read_clusters(connection)] == [1]


def test_reading_needs_no_file_and_never_changes_one(path: Path) -> None:
    assert read_database(path) is None
    close_database(open_database(path))
    reader = read_database(path)
    assert reader is not None
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("DELETE FROM cluster")
    reader.close()


def test_the_file_is_for_the_kiosk_alone(connection: sqlite3.Connection, path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0
