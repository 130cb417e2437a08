"""What tests of several packages share: the shipped knowledge, built at most once."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.remote import Producer

    from models.knowledge import Knowledge
    from tests.scheduling import TogetherScheduling


ROOT = Path(__file__).parent
LIVE = ("chaos/", "e2e/", "kiosk_app/test_endurance")
"""Where a whole kiosk works and the test waits for what it does: two of them keep up side by side."""
REALTIME = (
    "kiosk_app/bench/",
    "kiosk_app/test_echo_check",
    "vision/test_camera",
    "vision/test_odd_cameras",
    "vision/test_privacy",
    "vision/test_program",
    "vision/test_watcher",
    "voice/test_device_process",
    "voice/test_faults",
    "voice/test_hardware_shapes",
    "voice/test_listener",
    "voice/test_microphone",
    "voice/test_overhearing",
    "voice/test_player",
    "voice/test_portaudio_close",
    "voice/test_rig",
    "voice/test_speaker_process",
)
"""Where the moment matters at which a device or a thread does something: nothing else may run beside it."""

settings.register_profile("suite", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What works in real time is marked, to be run with little or nothing beside it."""
    for item in items:
        path = item.path.relative_to(ROOT).as_posix()
        if path.startswith(LIVE):
            item.add_marker(pytest.mark.live)
        elif path.startswith(REALTIME):
            item.add_marker(pytest.mark.realtime)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TogetherScheduling:
    """Keep together what shares a costly fixture, where tests run on several cores."""
    from tests.scheduling import TogetherScheduling

    return TogetherScheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged may be no proper text, on purpose; on its way from another core it has to be."""
    report = yield
    report.sections = [
        (name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections
    ]
    return report


@pytest.fixture(scope="session")
def gov_artefact() -> Path:
    """The shipped gov pack, built."""
    from kiosk_app.config import home_folder
    from models.knowledge import resolve_knowledge

    return resolve_knowledge(None, "gov", home_folder() / "packs")


@pytest.fixture(scope="session")
def gov(gov_artefact: Path) -> Knowledge:
    """The shipped gov pack, loaded."""
    from models.knowledge import load_knowledge

    return load_knowledge(gov_artefact)
