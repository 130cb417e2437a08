"""How often an address may try its luck."""

from fleet.server.identity.attempts import Attempts


def test_who_tries_too_often_has_to_wait():
    attempts = Attempts(burst=3, per_minute=6)
    assert [attempts.may("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert attempts.may("b", 0.0)
    assert not attempts.may("a", 9.9)
    assert attempts.may("a", 10.5)
    for number in range(10_000):
        attempts.may(str(number), 11.0)
    assert len(attempts._buckets) <= 4096
