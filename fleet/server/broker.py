"""One machine's MQTT broker: configuration, accounts, access list, and mosquitto as a child process.

Every kiosk has an account named like itself; the access list lets it write its own ``up/`` and read its
own ``dn/`` and the server's state, nothing else. mosquitto takes the user name as client id, so that one
kiosk cannot push another off by using its client id.
"""

import logging
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from fleet.protocol.topics import PREFIX, check_name
from fleet.server.errors import FleetError

logger = logging.getLogger(__name__)

SERVER_ACCOUNT = "_server"  # cannot be a kiosk: their ids begin with a letter or digit
_START_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 5.0
_RESTART_DELAYS_S = (0.5, 1.0, 2.0, 5.0)

_CONFIG = """\
# Written by kiosk-fleet; changes are overwritten at the next start.
user {user}
pid_file {folder}/mosquitto.pid
listener {port} 127.0.0.1
max_qos 1
allow_anonymous false
use_username_as_clientid true
password_file {folder}/accounts
acl_file {folder}/access
persistence true
persistence_location {folder}/state/
autosave_interval 30
max_inflight_messages 512
max_queued_messages 20000
message_size_limit 65536
log_dest stderr
log_type error
log_type warning
"""

_KIOSK_SAYS = ("presence", "birth", "tm", "ev", "reported", "req", "cmd/+", "queue")

_ACCESS = """\
# Written by kiosk-fleet. %u is the account, which is the kiosk's id.
user {server}
topic readwrite {prefix}/{tenant}/#

{kiosk_writes}
pattern read {prefix}/{tenant}/%u/dn/#
pattern read {prefix}/{tenant}/srv/state
"""


def find_program(name: str) -> str:
    """Find a program of the mosquitto package; Debian puts the broker where ordinary users do not look.

    Raises FleetError ``broker.missing``.
    """
    path = shutil.which(
        name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    )
    if path is None:
        raise FleetError("broker.missing", f"{name} is not installed; apt-get install mosquitto")
    return path


class Accounts:
    """The broker's folder: its configuration and the accounts. Usable while the broker runs or not."""

    def __init__(self, folder: Path, tenant: str) -> None:
        self.folder = folder.resolve()
        self._tenant = check_name(tenant, "tenant")

    @property
    def server_password(self) -> Path:
        """File with the server's password."""
        return self.folder / "server.password"

    def kiosk_password(self, kiosk: str) -> Path:
        """File with a kiosk's password, to be brought to that kiosk."""
        return self.folder.parent / "kiosks" / f"{kiosk}.password"

    def add_kiosk(self, kiosk: str) -> Path:
        """Make or renew a kiosk's account; a running broker takes it at once. Returns the password file."""
        path = self.kiosk_password(check_name(kiosk))
        self._add(kiosk, path)
        self._reload()
        return path

    def write(self, port: int) -> Path:
        """Write the configuration for ``port`` and make the server's account; returns the file."""
        state = self.folder / "state"
        state.mkdir(parents=True, exist_ok=True)
        # Started by root, mosquitto would become another user that cannot read this folder; it keeps
        # ours instead. It listens on the loopback address only.
        user = pwd.getpwuid(os.geteuid()).pw_name
        config = self.folder / "mosquitto.conf"
        config.write_text(_CONFIG.format(user=user, folder=self.folder, port=port), encoding="utf-8")
        # Topic by topic: a broken kiosk must not fill the broker with retained inventions of its own.
        writes = "\n".join(f"pattern write {PREFIX}/{self._tenant}/%u/up/{kind}" for kind in _KIOSK_SAYS)
        access = self.folder / "access"
        access.write_text(
            _ACCESS.format(server=SERVER_ACCOUNT, prefix=PREFIX, tenant=self._tenant, kiosk_writes=writes),
            encoding="utf-8",
        )
        access.chmod(0o600)
        if not self.server_password.exists():
            self._add(SERVER_ACCOUNT, self.server_password)
        return config

    def running_pid(self) -> int | None:
        """Process id of the mosquitto that runs with this folder's configuration."""
        try:
            pid = int((self.folder / "mosquitto.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if str(self.folder / "mosquitto.conf").encode() in command else None

    def _reload(self) -> None:
        pid = self.running_pid()
        if pid is not None:
            os.kill(pid, signal.SIGHUP)

    def _add(self, account: str, password_file: Path) -> None:
        password = secrets.token_urlsafe(24)
        accounts = self.folder / "accounts"
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = accounts.read_text(encoding="utf-8").splitlines() if accounts.exists() else []
        lines = [line for line in kept if not line.startswith(f"{account}:")]
        lines.append(self._hashed(account, password))
        _write_private(password_file, password + "\n")
        _write_private(accounts, "".join(line + "\n" for line in lines))

    def _hashed(self, account: str, password: str) -> str:
        # Through a file, not the command line: that is readable by everybody on the machine.
        program = find_program("mosquitto_passwd")
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            path = Path(scratch) / "plain"
            _write_private(path, f"{account}:{password}\n")
            done = subprocess.run(
                [program, "-U", str(path)], capture_output=True, text=True, timeout=30, check=False
            )
            line = path.read_text(encoding="utf-8").strip()
        if done.returncode or not line.startswith(f"{account}:$"):
            raise FleetError(
                "broker.account", f"mosquitto_passwd failed: {done.stderr.strip() or done.returncode}"
            )
        return line


class Broker:
    """mosquitto as a child, started again when it dies."""

    def __init__(self, accounts: Accounts, port: int) -> None:
        self._accounts = accounts
        self._port = port
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, name="fleet-broker", daemon=True)

    @property
    def pid(self) -> int | None:
        """Process id of the child while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Write the configuration, start mosquitto, wait until it listens.

        Raises FleetError ``broker.missing``, ``broker.port`` or ``broker.start``.
        """
        self._accounts.write(self._port)
        self._end_orphan()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self._port))
            except OSError:
                raise FleetError(
                    "broker.port",
                    f"port {self._port} is taken; choose another with --broker mqtt://127.0.0.1:PORT",
                ) from None
        self._spawn()
        self._watcher.start()

    def stop(self) -> None:
        """End mosquitto; it writes its state to disk first."""
        self._stopping.set()
        if self._process is not None:
            _end(self._process)
        if self._watcher.is_alive():
            self._watcher.join()

    def _spawn(self) -> None:
        config = self._accounts.folder / "mosquitto.conf"
        log = (self._accounts.folder / "mosquitto.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [find_program("mosquitto"), "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _START_TIMEOUT_S
        while not _listens(self._port):
            if self._process.poll() is not None or time.monotonic() > until or self._stopping.wait(0.05):
                _end(self._process)
                raise FleetError(
                    "broker.start", f"mosquitto does not start; see {self._accounts.folder}/mosquitto.log"
                )

    def _watch(self) -> None:
        deaths = 0
        while self._process is not None:
            self._process.wait()
            if self._stopping.is_set():
                return
            logger.warning("mosquitto ended with %d, starting it again", self._process.returncode)
            if self._stopping.wait(_RESTART_DELAYS_S[min(deaths, len(_RESTART_DELAYS_S) - 1)]):
                return
            deaths += 1
            try:
                self._spawn()
            except FleetError as error:
                logger.warning("%s", error)

    def _end_orphan(self) -> None:
        # Left behind by a server that was killed.
        pid = self._accounts.running_pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_TIMEOUT_S
        while self._accounts.running_pid() == pid and time.monotonic() < until:
            self._stopping.wait(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False


def _write_private(path: Path, text: str) -> None:
    """Write a secret: readable by us alone from the first moment, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
