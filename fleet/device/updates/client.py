"""From the trusted root to a verified file: what the worker and ``kiosk update`` both do."""

import fcntl
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import TargetFile  # pyright: ignore[reportPrivateImportUsage]  documented there

from fleet.device.errors import FetchError
from fleet.device.updates.download import Download, Progress
from fleet.device.updates.fetcher import MetadataFetcher
from fleet.device.updates.transports import Transport, UnreachableError
from fleet.device.updates.trusted import TimedUpdater, told
from fleet.protocol.updates import Target

logger = logging.getLogger(__name__)

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class UpdateClient:
    """``folder`` has the metadata seen so far and ``incoming``, where files arrive."""

    folder: Path
    trusted_root: Path | None
    now: Now = utc_now

    @property
    def incoming(self) -> Path:
        """Where files arrive."""
        return self.folder / "incoming"

    @contextmanager
    def session(self, metadata: Sequence[Transport]) -> Iterator["Session"]:
        """Refresh the metadata; what is asked for inside is judged by it. One session at a time on this kiosk.

        Raises FetchError (``updates.root``, ``updates.busy`` and what ``told`` says), UnreachableError.
        """
        if self.trusted_root is None:
            raise FetchError("updates.root", "no trusted root is configured; provision this kiosk")
        try:
            root = self.trusted_root.read_bytes()
        except OSError as error:
            raise FetchError(
                "updates.root",
                f"no trusted root in {self.trusted_root} ({error.strerror}); provision this kiosk",
            ) from error
        with self._alone():
            try:
                updater = TimedUpdater(self.folder / "metadata", root, MetadataFetcher(metadata), self.now)
                try:
                    updater.refresh()
                finally:
                    updater.keep()
            except UnreachableError:
                raise
            except (RepositoryError, DownloadError, OSError) as error:
                raise told(error) from error
            yield Session(updater, self.incoming)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FetchError("updates.busy", "another update is under way on this kiosk") from None
            yield


class Session:
    """Files under freshly judged metadata."""

    def __init__(self, updater: TimedUpdater, incoming: Path) -> None:
        self._updater = updater
        self._incoming = incoming

    def paths(self) -> list[str]:
        """Every target that is signed for."""
        return self._updater.target_paths()

    def info(self, path: str) -> TargetFile | None:
        """What is signed for under a name."""
        return self._updater.get_targetinfo(path)

    def expect(self, target: Target) -> TargetFile:
        """What is signed for, if it is what the desired document names. Raises FetchError ``updates.mixed``."""
        info = self.info(target.path)
        if info is None:
            raise FetchError("updates.mixed", f"{target.path} is wanted, but nobody has signed for it")
        if info.hashes.get("sha256") != target.sha256 or info.length != target.size:
            raise FetchError("updates.mixed", f"{target.path} is signed for with another hash than is wanted")
        return info

    def fetch(self, info: TargetFile, transports: Sequence[Transport], progress: Progress) -> Path:
        """The verified file, fetched unless it is here. Raises FetchError, UnreachableError."""
        download = Download(info, self._incoming)
        return download.whole() or download.fetch(transports, progress)
