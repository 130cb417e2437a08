"""The whole chaos suite: ``python -m tests.chaos [--rounds 200] [--db sqlite|postgresql] [--workers N] [--seed N]``.

Prints each balance, then the table that is kept in docs/measurements/chaos.md. Ends with 1 unless stored = sent.
"""

import argparse
import platform
import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.chaos.databases import PostgresDatabase, SqliteDatabase
from tests.chaos.rounds import Round, run_rounds, tally
from tests.chaos.world import World

_KIOSKS = 3


def main() -> int:
    """Run, print, and say whether all was exact."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=int, default=2, help="ingest workers beside each other")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", type=Path, default=None, help="folder for logs and files, kept afterwards")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="chaos-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        database = SqliteDatabase(folder) if options.db == "sqlite" else PostgresDatabase()
        chance = random.Random(seed)
        world = World(folder, database, _KIOSKS, chance, options.workers)
        began, rounds = time.monotonic(), list[Round]()
        try:
            world.start()
            with Progress(console=console) as progress:
                task = progress.add_task(f"{database.name}, seed {seed}", total=options.rounds)
                for each in run_rounds(world, options.rounds, chance):
                    rounds.append(each)
                    progress.advance(task)
                    if each.balance is not None:
                        console.print(f"round {each.number}: {_words(each)}")
        finally:
            world.close()
            database.close()
    _print_table(f"{database.name}, {options.workers} workers", seed, rounds, time.monotonic() - began)
    last = rounds[-1]
    return 0 if last.drained and last.balance is not None and last.balance.exact else 1


def _words(each: Round) -> str:
    found = each.balance
    assert found is not None
    return (
        f"{'drained' if each.drained else 'NOT DRAINED'}, sent {found.sent}, stored {found.stored}, lost {found.lost}, "
        f"duplicates {found.duplicates}, out of order {found.out_of_order}, "
        f"gone with damaged files {found.unsaved}, stored by killed kiosks {found.extra}"
    ) + (f", lost are {found.examples}" if found.examples else "")


def _print_table(database: str, seed: int, rounds: list[Round], seconds: float) -> None:
    found = rounds[-1].balance
    assert found is not None
    print(f"{platform.machine()}, Python {platform.python_version()}, seed {seed}, {seconds:.0f} s\n")
    print(
        "| database | rounds | sent | stored | lost | duplicates | out of order | gone with damaged files |"
    )
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {database} | {len(rounds)} | {found.sent} | {found.stored} | {found.lost} | {found.duplicates} "
        f"| {found.out_of_order} | {found.unsaved} |\n"
    )
    print("| broken | times |\n|---|---|")
    for name, times in sorted(tally(rounds).items()):
        print(f"| {name} | {times} |")


if __name__ == "__main__":
    sys.exit(main())
