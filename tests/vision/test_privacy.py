"""No frame is ever written or sent: nothing in vision/ could do it, and nothing does it while it runs."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest

import vision
from tests.vision.test_watcher import watch
from vision.detectors.haar import HaarDetector

SOURCES = sorted(Path(vision.__file__).parent.rglob("*.py"))

FORBIDDEN_NAMES = {
    "imwrite", "imwritemulti", "imencode", "imencodemulti", "VideoWriter", "FileStorage", "imshow",
    "tobytes", "tofile", "tostring", "dump", "dumps", "save", "savez", "savez_compressed", "savetxt", "memmap",
    "write", "writelines", "write_bytes", "write_text", "open_memmap", "send", "sendall", "sendto", "urlopen",
    "pickle", "b64encode", "print",
}  # fmt: skip
ALLOWED_IMPORTS = {
    "__future__", "collections", "collections.abc", "contextlib", "cv2", "cv2.data", "dataclasses", "logging",
    "numpy", "numpy.typing", "os", "pathlib", "pydantic", "threading", "time", "typing",
}  # fmt: skip


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_code_could_write_or_send_a_frame(source: Path) -> None:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        where = f"{source.name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in FORBIDDEN_NAMES, f"{where} uses .{node.attr}"
        elif isinstance(node, ast.Name):
            assert node.id not in FORBIDDEN_NAMES | {"open", "exec", "eval", "__import__"}, (
                f"{where} uses {node.id}"
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert node.value not in FORBIDDEN_NAMES, f"{where} names {node.value}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_only_packages_that_cannot_send_are_imported(source: Path) -> None:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            known = name in ALLOWED_IMPORTS or name == "vision" or name.startswith("vision.")
            assert known, f"{source.name}:{getattr(node, 'lineno', 0)} imports {name}"


class _Guard:
    """An audit hook (it cannot be removed, so it is armed only while a test watches)."""

    def __init__(self) -> None:
        self.armed = False
        self.seen: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.armed:
            return
        writing = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if writing or event in ("socket.connect", "socket.sendto", "subprocess.Popen", "os.rename"):
            self.seen.append(f"{event} {arguments}")


GUARD = _Guard()
sys.addaudithook(GUARD)


def test_nothing_is_written_or_sent_while_a_visit_is_watched(haar: HaarDetector, visitor_clip: Path) -> None:
    GUARD.seen.clear()
    GUARD.armed = True
    try:
        events, _ = watch(visitor_clip, haar)
    finally:
        GUARD.armed = False
    assert events
    assert GUARD.seen == []
