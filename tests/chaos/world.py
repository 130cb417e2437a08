"""Some kiosks, two stretches of network, a broker, ingest workers and a database, and the ways to break each."""

import json
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from fleet.device.settings import AgentSettings
from fleet.server.broker import find_program
from tests.chaos.accounts import Balance, balance
from tests.chaos.databases import Database
from tests.chaos.disk import SmallDisk
from tests.chaos.network import Network
from tests.chaos.programs import Program, python
from tests.fleet.conftest import TENANT, free_port, make_machine

SERVE = "from fleet.cli import main; main()"
_FIRST_OF_A_START = 1_000_000
"""Each start of a kiosk numbers its records from a new million on: the last number of a killed one is not known."""
_CLOCK_JUMPS_S = (-86_400 * 365 * 20, -3_600, -60, 60, 3_600, 86_400 * 365 * 10)


class ChaosKiosk:
    """A kiosk process with its files on a small disk."""

    def __init__(self, name: str, folder: Path, settings: AgentSettings) -> None:
        self.name = name
        self.folder = folder
        folder.mkdir(parents=True)
        self.disk = SmallDisk(folder / "data", 24)
        self.damaged: set[int] = set()
        self._settings = settings.model_copy(update={"data_dir": folder / "data"})
        self._starts = 0
        self.program = Program(name, self._command, folder / "log")

    @property
    def depth(self) -> int:
        """Records that wait on it, as it said last."""
        try:
            return int((self.folder / "depth").read_text() or "1")
        except (OSError, ValueError):
            return 1

    def sent(self) -> set[int]:
        """Numbers that its outbox took."""
        try:
            lines = (self.folder / "journal").read_text().splitlines()
        except OSError:
            return set()
        return {int(line) for line in lines}

    def damage(self, chance: random.Random) -> None:
        """Overwrite a part of its outbox while it is dead."""
        self.program.kill()
        whole = self.folder / "data" / "outbox.sqlite"
        path = whole.with_name(whole.name + chance.choice(("", "", "-wal")))
        if path.exists():
            self.damaged |= _waiting_in(whole, self.folder)
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.seek(chance.randrange(max(size - 4096, 1)))
                file.write(chance.randbytes(chance.choice((512, 4096, 20_000))))
        self.program.start()

    def jump(self, seconds: float) -> None:
        """Set its wall clock wrong."""
        (self.folder / "clock").write_text(str(seconds))

    def hush(self, hushed: bool) -> None:
        """Have it write nothing more, or go on."""
        mark = self.folder / "hush"
        mark.touch() if hushed else mark.unlink(missing_ok=True)
        (self.folder / "depth").unlink(missing_ok=True)

    def _command(self) -> list[str]:
        self._starts += 1
        first = self._starts * _FIRST_OF_A_START
        settings = self._settings.model_dump_json()
        return python("-m", "tests.chaos.kiosk_process", settings, self.folder, first)


class World:
    """Everything of one chaos run; ``breakages`` are what may be done to it."""

    def __init__(
        self, folder: Path, database: Database, kiosks: int, chance: random.Random, workers: int = 1
    ) -> None:
        self._chance = chance
        self._database = database
        self._machine = make_machine(folder / "centre")
        config = self._machine.office.broker_folder.folder / "mosquitto.conf"
        self.broker = Program(
            "broker", lambda: [find_program("mosquitto"), "-c", str(config)], folder / "broker.log"
        )
        self.broker.start()
        time.sleep(1.0)
        self.near = Network(self._machine.port)  # kiosks to broker
        self.far = Network(self._machine.port)  # broker to centre
        self.ingests = [self._ingest(folder, number) for number in range(1, workers + 1)]
        self.kiosks = [self._kiosk(folder, f"chaos-{number}") for number in range(1, kiosks + 1)]

    def start(self) -> None:
        """Let it run."""
        for program in (*self.ingests, *(kiosk.program for kiosk in self.kiosks)):
            program.start()

    def keep_up(self) -> None:
        """Start again what has ended by itself, as a service manager does."""
        for program in (self.broker, *self.ingests, *(kiosk.program for kiosk in self.kiosks)):
            program.start()

    def breakages(self) -> dict[str, Callable[[float], None]]:
        """What can be done to it, by name; each ends with everything mended, after some seconds."""
        full = {"kiosk: disk full": self._kiosk_full} if self.kiosks[0].disk.available else {}
        return {
            "kiosk: killed": lambda s: self._killed(self._some_kiosk().program, s),
            "kiosk: stands still": lambda s: self._still(self._some_kiosk().program, s),
            "kiosk: outbox damaged": lambda s: self._some_kiosk().damage(self._chance),
            "kiosk: clock jumps": lambda s: self._some_kiosk().jump(self._chance.choice(_CLOCK_JUMPS_S)),
            **full,
            "broker: killed": lambda s: self._killed(self.broker, s),
            "broker: stands still": lambda s: self._still(self.broker, s),
            "broker: restarted": lambda s: self._stopped(self.broker, s),
            "ingest: killed": lambda s: self._killed(self._some_ingest(), s),
            "ingest: stands still": lambda s: self._still(self._some_ingest(), s),
            "ingest: restarted": lambda s: self._stopped(self._some_ingest(), s),
            "network of the kiosks: cut": lambda s: self.near.cut(),
            "network of the kiosks: stalled": lambda s: self._stalled(self.near, s),
            "network of the kiosks: slow": lambda s: self._slow(self.near, s),
            "network of the centre: cut": lambda s: self.far.cut(),
            "network of the centre: stalled": lambda s: self._stalled(self.far, s),
            "network of the centre: slow": lambda s: self._slow(self.far, s),
            **self._database.breakages(),
        }

    def settle(self, limit_s: float) -> tuple[bool, Balance]:
        """Let the kiosks fall silent and balance the books; False when something still waited on one of them."""
        for kiosk in self.kiosks:
            kiosk.hush(True)
        until = time.monotonic() + limit_s
        while (waiting := any(kiosk.depth for kiosk in self.kiosks)) and time.monotonic() < until:
            self.keep_up()
            time.sleep(0.2)
        sent = {kiosk.name: kiosk.sent() for kiosk in self.kiosks}
        damaged = {kiosk.name: kiosk.damaged for kiosk in self.kiosks}
        found = balance(sent, self._database.numbered(), damaged)
        for kiosk in self.kiosks:
            kiosk.hush(False)
        return not waiting, found

    def close(self) -> None:
        """End everything."""
        for program in (*(kiosk.program for kiosk in self.kiosks), *self.ingests, self.broker):
            program.kill()
        self.near.close()
        self.far.close()
        for kiosk in self.kiosks:
            kiosk.disk.close()

    def _kiosk(self, folder: Path, name: str) -> ChaosKiosk:
        settings = AgentSettings(
            port=self.near.port,
            tenant=TENANT,
            kiosk=name,
            identity=self._machine.identity(name),
            data_dir=folder,
            keepalive_s=5,
            power_on_spread_s=0,
        )
        return ChaosKiosk(name, folder / name, settings)

    def _ingest(self, folder: Path, number: int) -> Program:
        """The first is the centre itself, the others are workers beside it."""
        options = ["--data", folder / "centre", "--db", self._database.url]
        options += ["--broker", f"mqtts://127.0.0.1:{self.far.port}"]

        def command() -> list[str]:
            if number == 1:
                return python("-c", SERVE, "serve", *options, "--name", "127.0.0.1", *_ports())
            return python("-c", SERVE, "ingest", *options, "--worker", number)

        return Program(f"ingest {number}", command, folder / f"ingest-{number}.log")

    def _some_ingest(self) -> Program:
        return self._chance.choice(self.ingests)

    def _some_kiosk(self) -> ChaosKiosk:
        return self._chance.choice(self.kiosks)

    def _kiosk_full(self, seconds: float) -> None:
        kiosk = self._some_kiosk()
        kiosk.disk.fill()
        time.sleep(seconds)
        kiosk.disk.clear()

    @staticmethod
    def _killed(program: Program, seconds: float) -> None:
        program.kill()
        time.sleep(seconds)
        program.start()

    @staticmethod
    def _stopped(program: Program, seconds: float) -> None:
        program.stop()
        time.sleep(seconds)
        program.start()

    @staticmethod
    def _still(program: Program, seconds: float) -> None:
        program.stand_still(True)
        time.sleep(seconds)
        program.stand_still(False)

    @staticmethod
    def _stalled(network: Network, seconds: float) -> None:
        network.stall(True)
        time.sleep(seconds)
        network.stall(False)

    def _slow(self, network: Network, seconds: float) -> None:
        network.delay(self._chance.uniform(0.05, 0.5))
        time.sleep(seconds)
        network.delay(0.0)


def _waiting_in(path: Path, scratch: Path) -> set[int]:
    """The numbers in an outbox, read from a copy: opening it would change the file that is to be damaged."""
    copy = scratch / "copy.sqlite"
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copyfile(source, copy.with_name(copy.name + suffix))
    try:
        with closing(sqlite3.connect(copy)) as connection:
            found = connection.execute("SELECT data FROM record WHERE kind IN ('turn', 'part')").fetchall()
    except sqlite3.Error:
        return set()
    finally:
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    records = [json.loads(data) for (data,) in found]
    return {int(record.get("visit") or record["reason"]) for record in records}


def _ports() -> tuple[str, ...]:
    return ("--port", str(free_port()), "--enrol-port", str(free_port()))
