"""No frame is ever written or sent: nothing in vision/ could do it, and nothing does it while it runs."""

from __future__ import annotations

import ast
import dataclasses
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import vision
from kiosk_app.runtime.peephole import Peephole
from tests.kiosk_app.runtime.corner import open_corner
from tests.vision.capture_program import CaptureProgram, plain
from tests.vision.frame_flow import follow
from tests.vision.test_watcher import watch
from vision.camera import make_camera
from vision.detectors.haar import HaarDetector
from vision.events import VisionEvent
from vision.live import LiveLook
from vision.ports import CameraFrame, Frame
from vision.presence import Presence
from vision.recorded import RecordedCamera
from vision.sources.boards import board_camera
from vision.watcher import Watcher

SOURCES = sorted(Path(vision.__file__).parent.rglob("*.py"))

FORBIDDEN_NAMES = {
    "imwrite", "imwritemulti", "imencode", "imencodemulti", "VideoWriter", "FileStorage", "imshow",
    "tobytes", "tofile", "tostring", "dump", "dumps", "save", "savez", "savez_compressed", "savetxt", "memmap",
    "write", "writelines", "write_bytes", "write_text", "open_memmap", "send", "sendall", "sendto", "urlopen",
    "pickle", "b64encode", "print", "writev", "pwrite", "pwritev", "sendfile", "splice", "communicate", "system",
    "execv", "fork", "posix_spawn", "mkfifo",
}  # fmt: skip
ALLOWED_IMPORTS = {
    "__future__", "collections", "collections.abc", "contextlib", "cv2", "cv2.data", "dataclasses", "itertools",
    "logging", "math", "numpy", "numpy.typing", "onnxruntime",
    "onnxruntime.capi.onnxruntime_pybind11_state", "os", "pathlib", "pydantic", "re", "threading", "time",
    "typing",
}  # fmt: skip
CAPTURE_IMPORTS = {"selectors", "shutil", "signal", "subprocess"}
"""Only for the one file that starts a camera's program; what it takes from them is held below."""
CAPTURE = Path(vision.__file__).parent / "sources" / "program.py"


ROOT = Path(vision.__file__).parents[1]
VIEWERS = {
    "kiosk_app/runtime/peephole.py",
    "kiosk_app/ui/live_glass.py",
    "kiosk_app/ui/parts/live_picture.py",
    "kiosk_app/ui/screens/live_page.py",
}
"""Whoever gets to see the technician's small pictures; held to the same rules as vision/ itself."""


@pytest.mark.parametrize(
    "source", [*SOURCES, *(ROOT / name for name in sorted(VIEWERS))], ids=lambda path: path.name
)
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


def test_nobody_else_gets_to_see_a_picture() -> None:
    """Looks are made in one file, asked for in one, and known to those that show them."""
    sources = {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
        for package in ("kiosk_app", "fleet", "hardware", "models", "voice", "vision")
        for file in (ROOT / package).rglob("*.py")
    }

    def naming(words: str) -> set[str]:
        return {name for name, text in sources.items() if words in text}

    assert {name for name in naming("vision.live") if not name.startswith("vision/")} == VIEWERS
    assert naming("LiveLook(") == naming("small_copy(") == {"vision/live.py"}
    assert naming("watcher.view(") == {"kiosk_app/runtime/peephole.py"}
    assert LiveLook not in get_args(VisionEvent)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_only_packages_that_cannot_send_are_imported(source: Path) -> None:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            known = name in ALLOWED_IMPORTS or name == "vision" or name.startswith("vision.")
            known = known or (source == CAPTURE and name in CAPTURE_IMPORTS)
            assert known, f"{source.name}:{getattr(node, 'lineno', 0)} imports {name}"


PACKAGES = ("kiosk_app", "vision", "voice", "hardware", "fleet", "models")
OUTSIDE = {"kiosk_app.camera_check", *(name.removesuffix(".py").replace("/", ".") for name in VIEWERS)}
"""Who else gets a picture: the doctor's look, and the technician's live view on its way to the glass."""
SHOWN = {("vision.live", "viewer"), ("kiosk_app.ui.live_glass", "self.texture.blit_buffer")}
"""The two steps of that way which have no name of their own: to the one viewer, and onto the glass."""
HARMLESS = {
    "Detection", "_detection", "_face", "by_size", "detectMultiScale2", "enumerate", "float", "_run",
    "fill", "astype", "sum", "reshape", "wipe",
}  # fmt: skip
"""What detectors and reckoning do with a picture or a part of it: nothing of theirs is one."""
KEPT = {("vision.camera", "self._offered"), ("kiosk_app.runtime.peephole", "self._look")}
"""Where a picture rests: until the watcher takes it, which overwrites it, and until the live view does the same."""


def test_pictures_go_to_whom_they_are_meant_for_and_are_kept_nowhere_else() -> None:
    flows = follow(Path(vision.__file__).parents[1], PACKAGES)
    assert {module for module in flows.carriers if not module.startswith("vision.")} == OUTSIDE
    strays = [
        f"{one.module}:{one.line} {one.by}() hands a picture to {one.to}"
        for one in flows.handed
        if not _is_harmless(one.to, flows.takers) and (one.module, one.to) not in SHOWN
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


def test_a_program_is_only_ever_read_from() -> None:
    """What it starts gets no standard input, no descriptor and no file; nothing else of subprocess is used."""
    tree = list(ast.walk(ast.parse(CAPTURE.read_text(encoding="utf-8"))))
    used = {
        node.attr for node in tree if isinstance(node, ast.Attribute) and _is_name(node.value, "subprocess")
    }
    assert used == {"Popen", "PIPE", "DEVNULL", "TimeoutExpired"}
    copying = [node for node in tree if isinstance(node, ast.ImportFrom) and node.module == "shutil"]
    assert [alias.name for node in copying for alias in node.names] == ["which"]
    assert not [node for node in tree if isinstance(node, ast.Name) and node.id == "shutil"]
    started = [
        node for node in tree if isinstance(node, ast.Call) and ast.unparse(node.func) == "subprocess.Popen"
    ]
    assert [{word.arg: ast.unparse(word.value) for word in call.keywords} for call in started] == [
        {
            "stdin": "subprocess.DEVNULL",
            "stdout": "subprocess.PIPE",
            "stderr": "subprocess.PIPE",
            "bufsize": "0",
            "start_new_session": "True",
        }
    ]


def test_the_bytes_of_a_program_s_frame_go_into_one_buffer_and_from_there_to_a_picture() -> None:
    tree = ast.walk(ast.parse(CAPTURE.read_text(encoding="utf-8")))
    calls = [node for node in tree if isinstance(node, ast.Call)]
    given = [(ast.unparse(call.func), ast.unparse(one)) for call in calls for one in call.args]
    assert {to for to, what in given if what == "self._frame"} == {"memoryview", "np.frombuffer", "len"}
    views = {"left", "into", "[into]", "memoryview(self._frame)"}
    assert {to for to, what in given if what in views} == {"self._read", "self._wait", "os.readv"}


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


@pytest.mark.parametrize("name", ["pi", "jetson"])
def test_a_board_s_program_writes_to_its_pipe_only(name: str) -> None:
    """Every option and element is one that neither keeps nor sends anything, and the one that writes, writes here."""
    program = board_camera(name)
    assert program is not None
    words = list(program.arguments)
    options = {word for word in words if word.startswith("-") and word != "-"}
    elements = {word for before, word in pairwise(["!", *words]) if before == "!" and "/" not in word}
    assert options <= {"-q", "--camera", "--timeout", "--nopreview", "--verbose=0", "--codec", "--width", "--height",
                       "--framerate", "--flush", "--output"}  # fmt: skip
    if name == "pi":
        assert words[words.index("--output") + 1] == "-"
    else:
        assert elements == {"-q", "nvvidconv", "queue", "fdsink"}
        assert words[1] == "nvarguscamerasrc"
        assert words[words.index("fdsink") + 1] == f"fd={program.descriptor}"


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


def test_a_board_s_camera_starts_its_program_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = CaptureProgram(tmp_path, "rpicam-vid", [plain((80, 90, 100))])
    monkeypatch.setenv("PATH", str(tmp_path))
    camera = make_camera("pi")
    GUARD.seen.clear()
    GUARD.armed = True
    try:
        camera.start()
        frame = camera.newest(20.0)
        camera.stop()
    finally:
        GUARD.armed = False
    assert frame is not None
    assert len(GUARD.seen) == 1 and f"subprocess.Popen ('{fake.path}'" in GUARD.seen[0]


def test_nothing_is_written_or_sent_while_a_technician_looks(haar: HaarDetector, visitor_clip: Path) -> None:
    peephole, state = Peephole(), open_corner()
    camera = RecordedCamera(visitor_clip)
    watcher = Watcher(
        camera, haar, Presence(), lambda event: None, wait=camera.wait, clock=lambda: camera.now, live=False
    )
    peephole.follow(state, watcher)
    GUARD.seen.clear()
    GUARD.armed = True
    try:
        watcher.run()
    finally:
        GUARD.armed = False
    assert GUARD.seen == []
    look = peephole.peek()
    assert look is not None and look.picture.any()


@pytest.mark.parametrize("looked_at", [False, True])
def test_every_frame_is_overwritten_as_soon_as_it_was_looked_at(
    haar: HaarDetector, visitor_clip: Path, looked_at: bool
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
    looks: list[LiveLook] = []
    watcher.view(looks.append if looked_at else None)
    watcher.run()
    assert events
    assert bool(looks) == looked_at
    assert not any(np.shares_memory(look.picture, image) for look in looks for image in kept)
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
