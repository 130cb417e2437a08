"""TUF's own client, judging what lapses by the kiosk's idea of time instead of a clock that may be wrong."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tuf.api import exceptions
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from fleet.device.errors import FetchError
from fleet.device.updates.fetcher import BASE
from fleet.device.updates.transports import UnreachableError

_LIMITS = UpdaterConfig(
    max_root_rotations=128,
    max_delegations=1,
    root_max_length=64 * 1024,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=64 * 1024,
    targets_max_length=4 * 1024 * 1024,
)


class TimedUpdater(Updater):
    """``refresh`` and ``get_targetinfo`` of python-tuf; files are fetched by ``download``, which resumes."""

    def __init__(
        self, metadata: Path, trusted_root: bytes, fetcher: FetcherInterface, now: Callable[[], datetime]
    ) -> None:
        """Raises as python-tuf does."""
        metadata.mkdir(parents=True, exist_ok=True)
        super().__init__(
            metadata_dir=str(metadata),
            metadata_base_url=f"{BASE}metadata/",
            fetcher=fetcher,
            config=_LIMITS,
            bootstrap=trusted_root,
        )
        # python-tuf 7 has no argument for it: the set takes the system's clock when it is made, and this is where it
        # keeps it for the whole refresh (the specification's "fixed update start time").
        self._trusted_set.reference_time = now()
        self._folder = metadata

    def target_paths(self) -> list[str]:
        """Every target that the refreshed metadata names."""
        return sorted(self._trusted_set.targets.targets)

    def keep(self) -> None:
        """Bring the metadata to the platter: what was seen once guards against everything older."""
        for path in (*self._folder.glob("*.json"), *self._folder.glob("root_history/*.json")):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def told(error: Exception) -> FetchError:
    """What an error of TUF means to whoever reads the kiosk's report. Unreachable is no verdict and stays as it is."""
    match error:
        case UnreachableError():
            return FetchError("fetch.unreachable", str(error))
        case exceptions.ExpiredMetadataError():
            return FetchError(
                "updates.expired",
                f"{error}: nothing new is installed until the centre or a stick brings fresh metadata; "
                "look at the kiosk's clock as well",
            )
        case exceptions.BadVersionNumberError() | exceptions.EqualVersionNumberError():
            return FetchError("updates.rollback", f"older metadata than was seen before: {error}")
        case exceptions.UnsignedMetadataError():
            return FetchError("updates.signature", f"{error}: not signed by who may sign it")
        case exceptions.LengthOrHashMismatchError():
            return FetchError("updates.mixed", f"what came is not what was signed for: {error}")
        case exceptions.DownloadLengthMismatchError():
            return FetchError("updates.size", f"more came than there may be: {error}")
        case exceptions.DownloadHTTPError():
            return FetchError("fetch.refused", str(error))
        case exceptions.RepositoryError():
            return FetchError("updates.metadata", f"the metadata is wrong: {error}")
        case OSError():
            return FetchError("fetch.disk", f"cannot write on this disk: {error.strerror}")
        case _:
            return FetchError("fetch.failed", f"{type(error).__name__}: {error}")
