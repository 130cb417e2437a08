"""A small disk of its own for whoever shall find it full."""

import contextlib
import subprocess
from pathlib import Path

_FILLER = "filler"


class SmallDisk:
    """A tmpfs at ``folder``; ``available`` is False where this machine lets nobody mount one."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        try:
            self.available = subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            self.available = False

    def fill(self) -> None:
        """Leave no byte."""
        with (self.folder / _FILLER).open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 4096)

    def clear(self) -> None:
        """Give the room back."""
        (self.folder / _FILLER).unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount."""
        if self.available:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)
