"""No frame is ever written or sent: nothing in vision/ could do it, and nothing does it while it runs."""

from __future__ import annotations

import ast
import dataclasses
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

import vision
from tests.vision.frame_flow import follow
from tests.vision.test_watcher import watch
from vision.camera import RecordedCamera
from vision.detectors.haar import HaarDetector
from vision.events import VisionEvent
from vision.ports import CameraFrame, Frame
from vision.presence import Presence
from vision.watcher import Watcher

SOURCES = sorted(Path(vision.__file__).parent.rglob("*.py"))

FORBIDDEN_NAMES = {
    "imwrite", "imwritemulti", "imencode", "imencodemulti", "VideoWriter", "FileStorage", "imshow",
    "tobytes", "tofile", "tostring", "dump", "dumps", "save", "savez", "savez_compressed", "savetxt", "memmap",
    "write", "writelines", "write_bytes", "write_text", "open_memmap", "send", "sendall", "sendto", "urlopen",
    "pickle", "b64encode", "print",
}  # fmt: skip
ALLOWED_IMPORTS = {
    "__future__", "collections", "collections.abc", "contextlib", "cv2", "cv2.data", "dataclasses", "itertools",
    "logging", "math", "numpy", "numpy.typing", "onnxruntime",
    "onnxruntime.capi.onnxruntime_pybind11_state", "os", "pathlib", "pydantic", "threading", "time",
    "typing",
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


PACKAGES = ("kiosk_app", "vision", "voice", "hardware", "fleet", "models")
OUTSIDE = {"kiosk_app.camera_check"}
"""Who else gets a picture: the doctor's look."""
HARMLESS = {
    "Detection", "_detection", "_face", "by_size", "detectMultiScale2", "enumerate", "float", "_run",
    "fill", "astype", "sum",
}  # fmt: skip
"""What detectors and reckoning do with a picture or a part of it: nothing of theirs is one."""
KEPT = {("vision.camera", "self._offered")}
"""Where a picture rests: until the watcher takes it, which overwrites it."""


def test_pictures_go_to_whom_they_are_meant_for_and_are_kept_nowhere_else() -> None:
    flows = follow(Path(vision.__file__).parents[1], PACKAGES)
    assert {module for module in flows.carriers if not module.startswith("vision.")} == OUTSIDE
    strays = [
        f"{one.module}:{one.line} {one.by}() hands a picture to {one.to}"
        for one in flows.handed
        if not _is_harmless(one.to, flows.takers)
    ]
    assert strays == []
    assert {(one.module, one.to) for one in flows.kept} == KEPT


def _is_harmless(to: str, takers: frozenset[str]) -> bool:
    name = to.split(".")[-1]
    reckons = to.startswith(("cv2.", "np.")) and name not in FORBIDDEN_NAMES
    return reckons or name in takers | HARMLESS


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def look(frame: CameraFrame) -> None:\n    link.publish(frame.image)", "link.publish"),
        ("def look(frame: Frame) -> None:\n    part = frame[1:]\n    history.append(part)", "history.append"),
        ("def look(frame: Frame | None) -> None:\n    cv2.flip(frame, 1).tobytes()", "cv2.flip(frame, 1).tobytes"),
        ("def get() -> Frame: ...\ndef look() -> None:\n    for row in get():\n        log(row)", "log"),
        ("def look(self, *, frame: Frame) -> None:\n    self.last = frame", "self.last"),
    ],
)  # fmt: skip
def test_a_picture_that_goes_astray_is_found(tmp_path: Path, code: str, found: str) -> None:
    (tmp_path / "kiosk_app").mkdir()
    (tmp_path / "kiosk_app" / "leak.py").write_text("import vision\n" + code, encoding="utf-8")
    flows = follow(tmp_path, ("kiosk_app",))
    assert flows.carriers == {"kiosk_app.leak"}
    assert found in [one.to for one in (*flows.handed, *flows.kept)]


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


def test_every_frame_is_overwritten_as_soon_as_it_was_looked_at(
    haar: HaarDetector, visitor_clip: Path
) -> None:
    kept: list[Frame] = []

    class Keeping(RecordedCamera):
        """Keeps what it hands out, as nobody else may."""

        def newest(self, timeout: float) -> CameraFrame | None:
            frame = super().newest(timeout)
            if frame is not None:
                assert frame.image.any()
                kept.append(frame.image)
            return frame

    camera = Keeping(visitor_clip)
    events: list[VisionEvent] = []
    watcher = Watcher(
        camera, haar, Presence(), events.append, wait=camera.wait, clock=lambda: camera.now, live=False
    )
    watcher.run()
    assert events
    assert len(kept) > 20
    assert not any(image.any() for image in kept)


def test_what_leaves_says_when_how_many_and_how_near_and_nothing_else() -> None:
    """An event that could carry a picture, a box or a track would be an event that could be recorded."""
    allowed = {
        "at": "float",
        "count": "int",
        "waiting": "int",
        "away": "float",
        "other": "bool",
        "reason": "str",
    }
    for kind in get_args(VisionEvent):
        fields = {field.name: field.type for field in dataclasses.fields(kind)}
        assert fields.items() <= allowed.items(), kind
