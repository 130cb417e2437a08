"""Time: told by the centre alone, never before what has certainly passed, whatever clocks and brokers do."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.device.time_keeping import AGAIN_S, MADE_MS, PATIENCE_S, RETRY_S, TimeKeeper
from fleet.protocol.errors import ProtocolError
from fleet.protocol.signed import sign
from fleet.protocol.timing import TimeAnswer, TimeRequest
from tests.fleet.device.signing import KEY, KEYS, KIOSK, TENANT

NOW_MS = MADE_MS + 10**10
OTHER = Ed25519PrivateKey.generate()


class Board:
    """A kiosk's clocks and disk, in a test's hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.system = NOW_MS / 1000
        self.elapsed = 1000.0
        self.keeper = self.start()

    def start(self, **options: int) -> TimeKeeper:
        self.keeper = TimeKeeper(
            self.folder / "time.json",
            (TENANT, KIOSK),
            lambda: KEYS,
            system=lambda: self.system,
            elapsed=lambda: self.elapsed,
            **options,
        )
        return self.keeper

    def ask(self) -> TimeRequest:
        self.keeper.hurry()
        asked = self.keeper.question()
        assert asked is not None
        return asked


@pytest.fixture
def board(tmp_path):
    return Board(tmp_path)


def answer(asked: TimeRequest, at_ms: int, key: Ed25519PrivateKey = KEY, **change: str) -> bytes:
    told = {"nonce": asked.nonce, "tenant": TENANT, "kiosk": KIOSK, "at": at_ms}
    return sign("time", TimeAnswer.model_validate({**told, **change}), key)


def test_a_kiosk_whose_clock_is_wrong_knows_the_time_once_it_is_told(board):
    board.system = 0.0
    assert board.keeper.state.source == "floor"
    assert board.keeper.trusted_now() == MADE_MS / 1000
    assert board.keeper.take(answer(board.ask(), NOW_MS))
    board.elapsed += 60
    board.system = NOW_MS / 1000 + 3600
    assert board.keeper.trusted_now() == NOW_MS / 1000 + 60
    assert board.keeper.state.model_dump() == {"skew_ms": 3_540_000, "source": "signed"}


def test_until_it_is_told_a_later_clock_is_believed_and_does_not_stay(board):
    board.system = NOW_MS / 1000 + 10**6
    assert (board.keeper.trusted_now(), board.keeper.state.source) == (board.system, "system")
    assert board.keeper.floor_ms == MADE_MS, "nobody has signed it"
    board.keeper.take(answer(board.ask(), NOW_MS))
    assert board.keeper.trusted_now() == NOW_MS / 1000


def test_the_floor_outlives_a_restart_and_the_certificate_is_one(board):
    board.keeper.take(answer(board.ask(), NOW_MS))
    assert board.start().floor_ms == NOW_MS
    assert (board.folder / "time.json").stat().st_mode & 0o777 == 0o600
    assert board.start(not_before_ms=NOW_MS + 5).floor_ms == NOW_MS + 5


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"floor_ms": -1}', b'{"floor_ms": "9"}', b"[" * 900, b"\xff"]
)
def test_a_damaged_file_is_no_reason_not_to_start(board, damage):
    (board.folder / "time.json").write_bytes(damage)
    assert board.start().floor_ms == MADE_MS


def test_only_the_answer_to_the_open_question_counts_and_once(board):
    first = board.ask()
    second = board.ask()
    assert not board.keeper.take(answer(first, NOW_MS + 9))
    assert not board.keeper.take(answer(second, NOW_MS + 9, kiosk="hall-2"))
    with pytest.raises(ProtocolError):
        board.keeper.take(answer(second, NOW_MS + 9, OTHER))
    assert board.keeper.take(answer(second, NOW_MS))
    assert not board.keeper.take(answer(second, NOW_MS + 9))
    assert board.keeper.floor_ms == NOW_MS


def test_an_answer_that_was_held_back_is_too_late(board):
    asked = board.ask()
    board.elapsed += PATIENCE_S + 1
    assert not board.keeper.take(answer(asked, NOW_MS))
    assert not board.keeper.signed


def test_it_is_asked_again_sooner_without_an_answer_than_with_one(board):
    board.ask()
    assert board.keeper.question() is None
    board.elapsed += RETRY_S * 1.5
    asked = board.keeper.question()
    assert asked is not None
    board.keeper.take(answer(asked, NOW_MS))
    board.elapsed += AGAIN_S * 0.7
    assert board.keeper.question() is None
    board.elapsed += AGAIN_S * 0.6
    assert board.keeper.question() is not None


moves = st.one_of(
    st.tuples(st.just("told"), st.integers(0, 4 * 10**12)),
    st.tuples(st.just("signed"), st.integers(0, 4 * 10**12)),
    st.tuples(st.sampled_from(["forged", "replayed", "late", "other"]), st.integers(0, 4 * 10**12)),
    st.tuples(st.just("jump"), st.floats(allow_nan=True, allow_infinity=True)),
    st.tuples(st.just("pass"), st.integers(0, 10**6)),
    st.tuples(st.sampled_from(["restart", "reboot"]), st.just(0)),
)


@settings(max_examples=100)
@given(st.lists(moves, max_size=25))
def test_the_floor_never_decreases_and_nobody_but_the_centre_raises_it(steps):
    with TemporaryDirectory() as folder:
        board = Board(Path(folder))
        floor, allowed, used = board.keeper.floor_ms, MADE_MS, b""
        for kind, value in steps:
            match kind:
                case "told":
                    board.keeper.witness(value)
                    allowed = max(allowed, value)
                case "signed":
                    used = answer(board.ask(), value)
                    assert board.keeper.take(used)
                    allowed = max(allowed, value)
                case "forged":
                    with pytest.raises(ProtocolError):
                        board.keeper.take(answer(board.ask(), value, OTHER))
                case "replayed":
                    board.ask()
                    assert not used or not board.keeper.take(used)
                case "late":
                    asked = board.ask()
                    board.elapsed += PATIENCE_S * 2
                    assert not board.keeper.take(answer(asked, value))
                case "other":
                    assert not board.keeper.take(answer(board.ask(), value, tenant="other"))
                case "jump":
                    board.system = value
                case "pass":
                    board.elapsed += value
                case "reboot":
                    board.elapsed = 0.0
                    board.start()
                    board.keeper.witness(allowed)  # a witness of less than seconds more need not be on disk
                case _:
                    board.start()
                    board.keeper.witness(allowed)
            assert board.keeper.floor_ms >= floor
            assert board.keeper.floor_ms <= allowed
            assert board.keeper.trusted_now() * 1000 >= board.keeper.floor_ms
            assert board.keeper.state.source in ("signed", "system", "floor")
            floor = board.keeper.floor_ms
        kept = board.folder / "time.json"
        assert not kept.exists() or json.loads(kept.read_text())["floor_ms"] <= allowed


@settings(max_examples=50)
@given(st.lists(st.integers(0, 4 * 10**12), min_size=1, max_size=8))
def test_every_signed_time_is_on_disk_before_it_counts(times):
    with TemporaryDirectory() as folder:
        board = Board(Path(folder))
        for number, at in enumerate(times, 1):
            board.keeper.take(answer(board.ask(), at))
            assert board.start().floor_ms == max(MADE_MS, *times[:number])
