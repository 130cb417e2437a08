"""The tree of updates, the same at the centre, over every transport and on a stick: its names, and how one is opened.

``metadata/`` has TUF metadata, ``targets/{kind}/`` the files, each under its hash (consistent snapshots). A name comes
from the network or from a stick that anybody may have written, so nothing but these names is ever opened, and no link
is followed on the way.
"""

import os
import re
import stat
from pathlib import Path
from typing import Annotated, BinaryIO, Literal, get_args

from pydantic import StringConstraints

from fleet.protocol.errors import ProtocolError

Kind = Literal["knowledge", "model", "config"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_KIND = "(?:knowledge|model|config)"
# With the hash before it a name stays under the 255 bytes of file systems.
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,179}"
_METADATA = r"metadata/(?:timestamp|[1-9][0-9]{0,8}\.(?:root|snapshot|targets))\.json"
_TREE_PATH = rf"(?:{_METADATA}|targets/{_KIND}/[0-9a-f]{{64}}\.{_NAME})"
_TARGET_PATH = rf"{_KIND}/{_NAME}"

TreePath = Annotated[str, StringConstraints(pattern=f"^{_TREE_PATH}$", max_length=300)]
"""A file of the tree: ``metadata/3.root.json``, ``targets/knowledge/{sha256}.gov-1-0a1b2c3d.ybk``."""
TargetPath = Annotated[str, StringConstraints(pattern=f"^{_TARGET_PATH}$", max_length=200)]
"""A target as TUF metadata names it: ``knowledge/gov-1-0a1b2c3d.ybk``."""

_IN_TREE = re.compile(_TREE_PATH)
_IN_TARGETS = re.compile(_TARGET_PATH)


def is_target_path(path: str) -> bool:
    """Whether TUF metadata may name a target so."""
    return _IN_TARGETS.fullmatch(path) is not None


def stored_path(path: str, sha256: str) -> str:
    """Where the file of target ``path`` lies in the tree."""
    kind, _, name = path.partition("/")
    return f"targets/{kind}/{sha256}.{name}"


def open_in_tree(tree: Path, path: str) -> BinaryIO:
    """Open a plain file of the tree for reading, following no link.

    Raises ProtocolError ``tree.path`` for a name that no tree has, OSError when the file cannot be had.
    """
    if _IN_TREE.fullmatch(path) is None:
        raise ProtocolError("tree.path", "not the name of a file in the tree of updates")
    *folders, name = path.split("/")
    handle = os.open(tree, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        # Without waiting: a pipe in a file's place would never open.
        found = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
    finally:
        os.close(handle)
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise FileNotFoundError(f"{path} is no plain file")
    return os.fdopen(found, "rb")
