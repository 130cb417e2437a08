"""Files that ``kiosk update`` verified, waiting for the running kiosk, or for its next start, to take them."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fleet.device.events import TargetFetched
from fleet.device.updates.download import sync_folder
from fleet.protocol.codec import decode, encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import TargetName
from fleet.protocol.tree import Kind

logger = logging.getLogger(__name__)

LOOK_S = 5.0


class Letter(TargetName):
    """One verified file; ``file`` is its name in the folder where files arrive."""

    kind: Kind
    file: str


class Inbox:
    """``folder`` has letters; ``incoming`` the files that they speak of."""

    def __init__(self, folder: Path, incoming: Path) -> None:
        self._folder = folder
        self._incoming = incoming

    def leave(self, letter: Letter) -> None:
        """Say that a file is there; a newer one of its kind takes its place. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{letter.kind}.part"
        part.write_bytes(encode(letter))
        part.replace(self._folder / f"{letter.kind}.json")
        sync_folder(self._folder)

    def take(self) -> list[TargetFetched]:
        """What has come since the last time."""
        found: list[TargetFetched] = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                letter = decode(Letter, path.read_bytes())
                path.unlink()
            except (OSError, ProtocolError) as error:
                logger.warning("%s is not readable: %s", path, error)
                path.rename(path.with_suffix(".damaged"))
                continue
            place = self._incoming / Path(letter.file).name
            found.append(
                TargetFetched(
                    time.monotonic(), 0, letter.kind, letter.name, letter.version, letter.sha256, place
                )
            )
        return found


class InboxWatch:
    """Looks into the inbox every few seconds, in a thread of its own: it works without any link to a centre."""

    def __init__(self, inbox: Inbox, emit: Callable[[TargetFetched], None]) -> None:
        self._inbox = inbox
        self._emit = emit
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for event in self._inbox.take():
                self._emit(event)
            self._stopping.wait(LOOK_S)
