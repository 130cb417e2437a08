"""The process is killed while it writes: what it had told of is there, and the file is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk_app.learning.clusters import read_clusters
from kiosk_app.learning.database import FILE, close_database, open_database

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from pathlib import Path
from kiosk_app.learning.clusters import ClusterStore, Guess
from kiosk_app.learning.database import open_database
from kiosk_app.learning.demand import DemandStore
from kiosk_app.learning.hours import Hour
from kiosk_app.learning.misses import Miss
connection = open_database(Path(sys.argv[1]))
clusters, demand = ClusterStore(connection, 20, 90), DemandStore(connection)
for number in range(100_000):
    clusters.add(Miss(f"暂住的卡怎么续第{number % 7}回", "rejected"), Guess("gov.a", 0.5), 740_000)
    demand.add("gov.a", Hour("work", 9), 1.0, 740_000)
    print(number + 1, flush=True)
"""


@pytest.mark.parametrize("told", [1, 2, 9, 40])
def test_a_killed_writer_loses_nothing_that_it_told_of(tmp_path: Path, told: int) -> None:
    path = tmp_path / FILE
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as writer:
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < told:
            pass
        writer.kill()
    connection = open_database(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    clusters = read_clusters(connection)
    assert sum(cluster.count for cluster in clusters) >= told
    assert all(cluster.count == cluster.hints[0].nearest for cluster in clusters)
    assert connection.execute("SELECT weight FROM demand").fetchone()[0] >= told
    close_database(connection)
