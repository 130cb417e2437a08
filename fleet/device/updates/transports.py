"""The ways by which files of the update tree may come, and the plainest of them: a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tuf.api.exceptions import DownloadError, DownloadHTTPError

from fleet.protocol.errors import ProtocolError
from fleet.protocol.tree import open_in_tree

_PIECE_BYTES = 64 * 1024


class UnreachableError(DownloadError):
    """This way is closed now: no link, no route, no answer. Nothing is known of the file; another time it may come."""


class AbsentError(DownloadHTTPError):
    """The other side has no such file; TUF reads the status (no newer root is how a chain of roots ends)."""

    def __init__(self, path: str, where: str) -> None:
        super().__init__(f"{where} has no {path}", 404)


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes of a file from ``start`` on: the offset that was asked for, or 0 where it could not be kept."""

    start: int
    pieces: Iterator[bytes]


class Transport(Protocol):
    """One way. ``open`` and the pieces raise UnreachableError or AbsentError; whoever takes them bounds them."""

    @property
    def name(self) -> str:
        """What it is called in logs and reasons."""
        ...

    def open(self, path: str, offset: int) -> Stream:
        """Begin to read a file of the tree at ``offset``."""
        ...


class Folder:
    """A folder that holds the tree: a stick, written by whoever had it in hand."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree

    @property
    def name(self) -> str:
        """See Transport."""
        return str(self._tree)

    def holds(self, path: str) -> bool:
        """Whether the file is there."""
        try:
            open_in_tree(self._tree, path).close()
        except (OSError, ProtocolError):
            return False
        return True

    def open(self, path: str, offset: int) -> Stream:
        """See Transport."""
        return Stream(offset, self._read(path, offset))

    def _read(self, path: str, offset: int) -> Iterator[bytes]:
        try:
            with open_in_tree(self._tree, path) as file:
                file.seek(offset)
                while piece := file.read(_PIECE_BYTES):
                    yield piece
        except FileNotFoundError:
            raise AbsentError(path, self.name) from None
        except (OSError, ProtocolError) as error:
            # A link in a file's place, a stick pulled out: as good as not there.
            raise UnreachableError(f"{self.name}: {path} cannot be read: {error}") from error
