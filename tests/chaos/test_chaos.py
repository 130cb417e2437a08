"""A short run of the chaos suite; the whole one has its own command, ``python -m tests.chaos``."""

import random

import pytest

from fleet.server.broker import find_program
from fleet.server.errors import FleetError
from tests.chaos.accounts import StoredRecord, balance
from tests.chaos.databases import SqliteDatabase
from tests.chaos.rounds import run_rounds
from tests.chaos.world import World


@pytest.fixture
def world(tmp_path):
    try:
        find_program("mosquitto")
    except FleetError as error:
        pytest.skip(str(error))
    chance = random.Random(20_261_122)
    database = SqliteDatabase(tmp_path)
    world = World(tmp_path, database, 2, chance, workers=2)
    world.start()
    yield world, chance
    world.close()
    database.close()


@pytest.mark.timeout(400)
def test_what_was_sent_is_stored_once_and_in_order_whatever_breaks(world):
    *_, last = run_rounds(world[0], 8, world[1])
    assert last.drained
    assert last.balance is not None and last.balance.exact, last.balance
    assert last.balance.sent > 100


def stored(*numbers: int, boot: str = "b") -> list[StoredRecord]:
    return [StoredRecord("k", boot, "tm", seq, number) for seq, number in enumerate(numbers, 1)]


def test_the_books_show_what_is_lost():
    found = balance({"k": {1, 2, 3}}, stored(1, 3), {})
    assert (found.lost, found.examples, found.exact) == (1, (("k", 2),), False)


def test_the_books_show_what_is_there_twice():
    assert balance({"k": {1, 2}}, stored(1, 2) + stored(2, boot="c"), {}).duplicates == 1


def test_the_books_show_what_is_out_of_order():
    assert balance({"k": {1, 2, 3}}, stored(2, 1, 3), {}).out_of_order == 1


def test_what_lay_in_a_damaged_file_is_counted_by_itself():
    found = balance({"k": {1, 2, 3}}, stored(1), {"k": {2}})
    assert (found.unsaved, found.lost) == (1, 1)


def test_what_a_killed_kiosk_could_not_note_is_no_duplicate():
    found = balance({"k": {1}}, stored(1, 2), {})
    assert (found.extra, found.exact) == (1, True)
