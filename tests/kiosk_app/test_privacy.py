"""What a citizen said is nowhere: not on the disk, not in the log, not on its way to the centre."""

from __future__ import annotations

import ast
import logging
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk_app.config import (
    FleetConfig,
    KioskConfig,
    KnowledgeConfig,
    LearningConfig,
    MicrophoneConfig,
    ScreenConfig,
    SpeakerConfig,
)
from kiosk_app.events import Event, FinishPressed, PersonRequested, QuestionTyped, Replied, Tick
from kiosk_app.learning.database import FILE, read_database
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Effect, Phase, SessionState
from tests.fleet.identities import nobodys_identity

ROOT = Path(__file__).parents[2]
WAIT_S = 40.0
SAID = (
    "我叫欧阳震华身份证三三零一零六一九四九一二三一零零二叉暂住的那个红卡卡快过日子了",
    "我是李建国，电话幺三八零零一三八零零零，我那条鱼怎么养",
    "赵铁柱",
    "三三零一零六",
    "卡号6222021234567890123的那个鱼缸漏水",
    "my name is Zbigniew and my fish is sick",
    "邮箱zbigniew@example.com收不到鱼食",
    "浙A8K7Q6那条鱼呢",
)
SECRETS = (
    "欧阳", "震华", "李建国", "建国", "赵铁柱", "铁柱", "Zbigniew", "zbigniew", "example.com", "8K7Q6", "8k7q6",
    "三三零一", "330106", "幺三八", "138001", "622202", "6222021234567890123", "13800138000", "33010619491231002",
)  # fmt: skip


class Hall:
    """A kiosk without devices, driven by typed questions."""

    def __init__(self, config: KioskConfig) -> None:
        self.replies = 0
        self.state: SessionState | None = None
        self.kiosk = Kiosk(config, lambda view: None)
        self.kiosk.watch(self._see)
        self.kiosk.start()

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        self.state = state
        self.replies += isinstance(event, Replied)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for the kiosk's threads."""
        import threading
        import time

        end = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < end, f"waited in vain: {self.state}"
            threading.Event().wait(0.01)

    def say(self, text: str) -> None:
        """Ask something and wait for the reply."""
        before = self.replies
        self.kiosk.post(QuestionTyped(self.kiosk.state.entered_at, text))
        self.wait(lambda: self.replies > before and self.kiosk.state.phase is not Phase.THINKING)

    def leave(self) -> None:
        """Finish, and let the farewell run out."""
        self.kiosk.post(FinishPressed(self.kiosk.state.entered_at))
        self.wait(lambda: self.kiosk.state.phase is Phase.FAREWELL)
        self.kiosk.post(Tick(self.kiosk.state.deadline + 60))
        self.wait(lambda: self.kiosk.state.visit is None)


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[FleetConfig]:
    """A link to a broker that never answers, so that everything for the centre stays on the disk."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield FleetConfig(identity=nobodys_identity(tmp_path / "identity", unused.getsockname()[1]))


def test_nothing_of_a_visit_that_names_a_person_is_left_on_the_disk_or_in_the_log(
    tmp_path: Path, gov_artefact: Path, nobody: FleetConfig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    config = KioskConfig(
        data_dir=tmp_path / "home",
        screen=ScreenConfig(backend="none"),
        microphone=MicrophoneConfig(backend="none"),
        speaker=SpeakerConfig(backend="none"),
        knowledge=KnowledgeConfig(venue=None, pack=gov_artefact),
        learning=LearningConfig(share_counts=True),
        fleet=nobody,
    )
    hall = Hall(config)
    hall.wait(lambda: not hall.kiosk.state.is_down("knowledge") and hall.state is not None)
    for said in SAID:
        hall.say(said)
    hall.kiosk.post(PersonRequested(hall.kiosk.state.entered_at))
    hall.leave()
    while_running = _everything(config.home)
    hall.kiosk.stop()
    left = while_running + _everything(config.home)
    for secret in SECRETS:
        assert secret.encode() not in left, f"{secret!r} is on the disk"
        assert secret not in caplog.text, f"{secret!r} is in the log"
    kept = _kept(config.home)
    assert any("鱼" in text for text in kept), "the test would pass if nothing at all were kept"
    assert "鱼" not in caplog.text
    outbox = b"".join(file.read_bytes() for file in (config.home / "link").rglob("*") if file.is_file())
    assert b'"count"' in outbox, "the site has asked for counts"
    assert "鱼".encode() not in outbox


def test_a_kiosk_that_may_keep_nothing_keeps_nothing(tmp_path: Path, gov_artefact: Path) -> None:
    config = KioskConfig(
        data_dir=tmp_path / "home",
        screen=ScreenConfig(backend="none"),
        microphone=MicrophoneConfig(backend="none"),
        speaker=SpeakerConfig(backend="none"),
        knowledge=KnowledgeConfig(venue=None, pack=gov_artefact),
        learning=LearningConfig(unknown=False),
    )
    hall = Hall(config)
    hall.wait(lambda: not hall.kiosk.state.is_down("knowledge") and hall.state is not None)
    hall.say("我那条鱼怎么养")
    hall.leave()
    hall.kiosk.stop()
    assert _kept(config.home) == []
    assert "鱼".encode() not in _everything(config.home)


def _everything(folder: Path) -> bytes:
    """Every byte and every name in the data folder."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return b"\n".join([str(file.relative_to(folder)).encode() + b"\n" + file.read_bytes() for file in files])


def _kept(home: Path) -> list[str]:
    connection = read_database(home / "learning" / FILE)
    if connection is None:
        return []
    texts = [text for (text,) in connection.execute("SELECT text FROM example")]
    connection.close()
    return texts


# --- the source ---------------------------------------------------------------------------------------------

WORDS = re.compile(
    r"^(text|caption|heard|said|utterance|sentence|question|transcript|words|partial|request|reply|speech|event|"
    r"visit|understood|line|lines)$"
)
"""Names that may hold a citizen's words, or a value that holds them."""
HARMLESS = {
    ("kiosk_app/runtime/steward.py", "event"),  # the name of a type
    ("kiosk_app/runtime/librarian.py", "event"),  # an artefact from the centre
    ("voice/portaudio.py", "said"),  # by a library
    ("fleet/server/knowledge.py", "request"),  # for an artefact
}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def _log_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGGING:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in ("logger", "logging", "log"):
                yield node


def _names(node: ast.AST) -> Iterator[str]:
    """The names in an expression, but not those inside ``redact(…)``, ``type(…)`` or ``len(…)``."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("redact", "type", "len")
    ):
        return
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


def _sources() -> list[Path]:
    packages = ("kiosk_app", "voice", "vision", "models", "hardware", "fleet")
    return [file for package in packages for file in sorted((ROOT / package).rglob("*.py"))]


def test_no_line_of_the_log_takes_what_may_hold_a_citizens_words() -> None:
    calls, found = 0, list[str]()
    for file in _sources():
        name = file.relative_to(ROOT).as_posix()
        if name.startswith("models/speech/training"):
            continue  # a developer's tool; no citizen is near it
        for call in _log_calls(ast.parse(file.read_text(encoding="utf-8"))):
            calls += 1
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                found += [
                    f"{name}:{call.lineno} logs `{word}`"
                    for word in _names(argument)
                    if WORDS.match(word) and (name, word) not in HARMLESS
                ]
    assert calls > 30
    assert found == []


def test_what_is_heard_is_redacted_wherever_it_is_printed_or_written_down() -> None:
    """Every mention of ``heard`` in what the commands and the demonstration put out stands inside ``redact(…)``."""
    for name in ("kiosk_app/cli/answers.py", "kiosk_app/demo/report.py"):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        inside = [
            mention
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "redact"
            for mention in ast.walk(call)
        ]
        bare = [
            mention
            for mention in ast.walk(tree)
            if (isinstance(mention, ast.Attribute) and mention.attr == "heard")
            or (isinstance(mention, ast.Name) and mention.id == "heard")
        ]
        assert bare
        assert all(mention in inside for mention in bare), f"{name} puts out what was heard as it was said"


def test_only_the_clusters_write_text_and_only_from_a_miss() -> None:
    """The one table with sentences is filled from one place, and a miss is made by ``keepable`` alone."""
    writers = [
        file.relative_to(ROOT).as_posix()
        for file in _sources()
        if re.search(r"INSERT (OR \w+ )?INTO example", file.read_text(encoding="utf-8"))
    ]
    assert writers == ["kiosk_app/learning/clusters.py"]
    makers = [
        file.relative_to(ROOT).as_posix()
        for file in _sources()
        if re.search(r"\bMiss\(", file.read_text(encoding="utf-8"))
        and "class Miss:" not in file.read_text(encoding="utf-8")
    ]
    assert makers == []
