"""A whole centre on this machine: ``kiosk-fleet serve`` with its own broker, as a program of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fleet.device.errors import IdentityError
from fleet.device.identity import IdentityFiles
from fleet.device.provisioning import provision
from fleet.protocol.enrolment import Claim
from kiosk_app.errors import DemoError

_READY_S = 30.0
_STOP_S = 10.0
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PAGE_SIZE = "1440,1500"
_PAGE_SETTLES_MS = 4_000


def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DemoCentre:
    """Starts the centre with its broker on free ports; its data and log stay in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.page = f"http://127.0.0.1:{free_port()}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and return when the page answers. Raises DemoError with the log's last line."""
        if shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
            raise DemoError("there is no MQTT broker; apt-get install mosquitto")
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            *_program("serve"),
            "--data",
            str(self.folder),
            "--with-broker",
            "--broker",
            f"mqtts://127.0.0.1:{free_port()}",
            "--enrol-port",
            str(free_port()),
            "--port",
            self.page.rsplit(":", 1)[1],
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self._await_page()

    def stop(self) -> None:
        """Stop it, and its broker with it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def provision(self, name: str, folder: Path) -> None:
        """Make ``folder`` the identity of a kiosk, by the way that every device goes. Raises DemoError."""
        answer = self._run("claim", "create", "--kiosk", name, "--data", str(self.folder), "--json")
        try:
            provision(Claim.model_validate(answer["claim"]), IdentityFiles(folder))
        except IdentityError as error:
            raise DemoError(f"the kiosk cannot be provisioned: {error}") from error

    def publish(self, pack: Path, wait_s: float = 60.0) -> dict[str, Any]:
        """Publish a pack to every kiosk; the document with each kiosk's result."""
        words = ("publish", str(pack), "--server", self.page, "--data", str(self.folder))
        return self._run(*words, "--wait", str(wait_s), "--json", accept=(0, 1))

    def get(self, path: str) -> Any:
        """A document of the centre's API, such as ``/api/kiosks``."""
        with urllib.request.urlopen(self.page + path, timeout=10) as answer:  # noqa: S310  loopback only
            return json.load(answer)

    def post(self, path: str, document: Mapping[str, Any]) -> Any:
        """Send a document as an operator who has signed in."""
        token = (self.folder / "token").read_text(encoding="utf-8").strip()
        request = urllib.request.Request(  # noqa: S310  loopback only
            self.page + path,
            json.dumps(document).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  loopback only
            return json.load(answer)

    def picture(self, path: Path) -> Path:
        """The page as an operator sees it, as PNG, by the system's Chromium.

        Raises:
            DemoError: there is no Chromium, or it makes no picture.
        """
        browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
        if browser is None:
            raise DemoError("no Chromium to take the fleet page's picture with; apt-get install chromium")
        path.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(prefix="yingbin-browser-", ignore_cleanup_errors=True) as profile:
            subprocess.run(
                [
                    browser,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--hide-scrollbars",
                    f"--user-data-dir={profile}",
                    f"--window-size={_PAGE_SIZE}",
                    f"--virtual-time-budget={_PAGE_SETTLES_MS}",
                    f"--screenshot={path}",
                    self.page,
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=60,
                check=False,
            )
        if not path.is_file():
            raise DemoError(f"{browser} made no picture of {self.page}")
        return path

    @property
    def _log(self) -> Path:
        return self.folder / "centre.log"

    def _await_page(self) -> None:
        until = time.monotonic() + _READY_S
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                self.get("/api/kiosks")
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise DemoError(f"the centre does not start: {lines[-1] if lines else 'no log'} (see {self._log})")

    def _run(self, *words: str, accept: tuple[int, ...] = (0,)) -> dict[str, Any]:
        done = subprocess.run(_program(*words), capture_output=True, text=True, check=False)
        try:
            document = json.loads(done.stdout)
        except ValueError:
            document = None
        if done.returncode not in accept or not isinstance(document, dict):
            reason = done.stderr.strip() or done.stdout.strip()
            raise DemoError(f"kiosk-fleet {words[0]}: {reason}")
        return document


def _program(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("kiosk-fleet")), *words]
