"""How the machine is goes to the centre, and a look that fails stops nothing."""

from pathlib import Path
from typing import Any

from fleet.protocol.records import check_record
from hardware.health import Health, read_health
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.runtime.vitals import Vitals
from tests.fleet.waiting import wait_until


class Written:
    """A recorder that checks as the agent does."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def record(self, kind, data):
        assert kind == "health"
        self.records.append(check_record("tm", kind, data).model_dump(exclude_none=True))

    alarm = record


def test_what_the_board_says_reaches_the_outbox(tmp_path):
    written, telemetry = Written(), Telemetry()
    telemetry.connect(written)
    vitals = Vitals(tmp_path, telemetry.health, every_s=0.01)
    vitals.start()
    wait_until(lambda: len(written.records) >= 2, "two looks")
    vitals.stop()
    for record in written.records:
        assert 0 <= record["memory"] <= 1 and 0 <= record["disk"] <= 1
        assert record["load"] >= 0 and record["up_s"] > 0


def test_a_look_that_fails_is_tried_again(tmp_path):
    told: list[Health] = []
    looks = iter([OSError("no such sensor"), None])

    def look(folder: Path) -> Health:
        if (error := next(looks, None)) is not None:
            raise error
        return read_health(folder)

    vitals = Vitals(tmp_path, told.append, look, every_s=0.01)
    vitals.start()
    wait_until(lambda: told, "the second look")
    vitals.stop()


def test_one_that_never_began_stops():
    Vitals(Path("/"), lambda health: None).stop()
