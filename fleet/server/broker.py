"""One machine's MQTT broker: configuration, access list, and mosquitto as a child process.

There is one way in: TLS with a certificate of this centre's authority. mosquitto takes the certificate's common name
as user name and as client id, so no kiosk can use another's. The access list lets a kiosk write its own ``up/`` and
read its own ``dn/`` and the server's state, nothing else.
"""

import logging
import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from fleet.protocol.topics import PREFIX, check_name
from fleet.server.broker_address import BrokerUrl
from fleet.server.errors import FleetError
from fleet.server.identity.authority import Authority, Pair
from fleet.server.private_file import write_private
from fleet.server.settings import MAX_WORKERS

logger = logging.getLogger(__name__)

SERVER_ACCOUNT = "_server"  # cannot be a kiosk: their ids begin with a letter or digit
_START_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 5.0
_RESTART_DELAYS_S = (0.5, 1.0, 2.0, 5.0)

_CONFIG = """\
# Written by kiosk-fleet; changes are overwritten at the next start.
user {user}
pid_file {folder}/mosquitto.pid
persistence_location {folder}/state/
{listener}
"""

_LISTENER = """\
per_listener_settings false
listener {port} {host}
cafile {cafile}
certfile {certfile}
keyfile {keyfile}
crlfile {crlfile}
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {access}
max_qos 1
persistence true
autosave_interval 30
max_inflight_messages 8192
max_queued_messages 20000
message_size_limit 65536
log_dest stderr
log_type error
log_type warning"""

_KIOSK_SAYS = ("presence", "birth", "tm", "ev", "reported", "req", "cmd/+", "att/+", "queue", "job/+")


def server_account(worker: int = 1) -> str:
    """The account of an ingest worker, 1 to MAX_WORKERS: each needs its own, for the account is the client id."""
    return SERVER_ACCOUNT if worker == 1 else f"{SERVER_ACCOUNT}-{worker}"


def access_list(tenant: str) -> str:
    """Who may say and hear what, as mosquitto reads it (``acl_file``); ``%u`` is the certificate's common name."""
    base = f"{PREFIX}/{check_name(tenant, 'tenant')}"
    lines = ["# Written by kiosk-fleet."]
    for worker in range(1, MAX_WORKERS + 1):
        lines += [f"user {server_account(worker)}", f"topic readwrite {base}/#", ""]
    # Topic by topic: a broken kiosk must not fill the broker with retained inventions of its own.
    lines += [f"pattern write {base}/%u/up/{kind}" for kind in _KIOSK_SAYS]
    lines += [f"pattern read {base}/%u/dn/#", f"pattern read {base}/srv/state"]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a broker needs to know its clients."""

    authority: Path
    revoked: Path
    pair: Pair


def listener_config(url: BrokerUrl, files: TlsFiles, access: Path) -> str:
    """The part of mosquitto.conf that makes it ours."""
    return _LISTENER.format(
        host=url.host,
        port=url.port,
        cafile=files.authority,
        certfile=files.pair.certificate,
        keyfile=files.pair.key,
        crlfile=files.revoked,
        access=access,
    )


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


class BrokerFolder:
    """The folder of a broker of our own. Usable while the broker runs or not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def write(self, url: BrokerUrl, authority: Authority, pair: Pair) -> Path:
        """Write configuration and access list; returns the configuration's file."""
        (self.folder / "state").mkdir(parents=True, exist_ok=True)
        # Started by root, mosquitto would become another user that cannot read this folder; it keeps ours instead.
        user = pwd.getpwuid(os.geteuid()).pw_name
        access, config = self.folder / "access", self.folder / "mosquitto.conf"
        files = TlsFiles(authority.certificate_file, authority.revocation_file, pair)
        write_private(access, access_list(authority.tenant).encode())
        listener = listener_config(url, files, access)
        config.write_text(_CONFIG.format(user=user, folder=self.folder, listener=listener), encoding="utf-8")
        return config

    def running_pid(self) -> int | None:
        """Process id of the mosquitto that runs with this folder's configuration."""
        try:
            pid = int((self.folder / "mosquitto.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if str(self.folder / "mosquitto.conf").encode() in command else None

    def reload(self) -> None:
        """Have a running broker read its certificates, the list of revoked ones and the access list again."""
        pid = self.running_pid()
        if pid is not None:
            os.kill(pid, signal.SIGHUP)


class Broker:
    """mosquitto as a child, started again when it dies."""

    def __init__(self, folder: BrokerFolder, url: BrokerUrl) -> None:
        """``folder`` has been written for ``url``."""
        self._folder = folder
        self._url = url
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, name="fleet-broker", daemon=True)

    @property
    def pid(self) -> int | None:
        """Process id of the child while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start mosquitto and wait until it listens.

        Raises FleetError ``broker.missing``, ``broker.port`` or ``broker.start``.
        """
        self._end_orphan()
        try:
            family = socket.AF_INET6 if ":" in self._url.host else socket.AF_INET
            # As mosquitto will: after an end in haste the port may still have connections that linger.
            socket.create_server((self._url.host, self._url.port), family=family, reuse_port=False).close()
        except OSError as error:
            raise FleetError(
                "broker.port",
                f"cannot listen at {self._url.host}:{self._url.port} ({error.strerror or error}); "
                "choose another with --broker mqtts://HOST:PORT",
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
        config = self._folder.folder / "mosquitto.conf"
        log = (self._folder.folder / "mosquitto.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [find_program("mosquitto"), "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _START_TIMEOUT_S
        while not _listens(self._url):
            if self._process.poll() is not None or time.monotonic() > until or self._stopping.wait(0.05):
                _end(self._process)
                raise FleetError(
                    "broker.start", f"mosquitto does not start; see {self._folder.folder}/mosquitto.log"
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
        pid = self._folder.running_pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_TIMEOUT_S
        while self._folder.running_pid() == pid and time.monotonic() < until:
            self._stopping.wait(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _listens(url: BrokerUrl) -> bool:
    try:
        with socket.create_connection((url.dialled, url.port), timeout=0.5):
            return True
    except OSError:
        return False
