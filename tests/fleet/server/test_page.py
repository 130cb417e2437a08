"""The live page in a real browser: honest lights, updates by itself, a hand-over accepted with a click."""

import os
import signal
from pathlib import Path

import httpx
import pytest

from fleet.device.events import HandoverAccepted, QueueCommanded
from fleet.server.identity.office import Office
from tests.fleet.conftest import TENANT, Machine, free_port, turn
from tests.fleet.server.test_queues import STATE
from tests.fleet.test_cli import serving
from tests.fleet.waiting import wait_until

CHROMIUM = Path("/usr/bin/chromium")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 15_000  # how long a thing may take to show on a busy machine


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (yingbin[dev])"
    )
    if not CHROMIUM.exists():
        pytest.skip("no browser at /usr/bin/chromium (apt-get install chromium)")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=str(CHROMIUM), args=BROWSER_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def centre(mosquitto, tmp_path_factory):
    """A served centre: its address, data folder, broker port."""
    data, broker_port = tmp_path_factory.mktemp("page"), free_port()
    with serving(data, f"mqtts://127.0.0.1:{broker_port}") as server:
        yield server, data, broker_port


@pytest.fixture
def page(browser, centre):
    """A signed-in browser tab, and every address that it asked for."""
    server, data, _ = centre
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{server}/enter?token={(data / 'token').read_text().strip()}")
    yield tab, asked
    context.close()


@pytest.fixture
def hall(centre, make_kiosk, tmp_path):
    """A kiosk that has had a visit and now asks for a person."""
    _, data, _ = centre
    kiosk = make_kiosk(Machine(data, Office.open(data, TENANT)))
    agent = kiosk.agent
    agent.report_target("knowledge", "gov", "2026.11.1", "a" * 64, "active")
    agent.report_target("model", "vosk-zh", "0.22", "b" * 64, "active")
    agent.start()
    agent.record("visit.started", {"visit": 1, "trigger": "near"})
    agent.record("turn", turn(1, matter="gov.id_card.replace", understand_ms=3, first_audio_ms=610))
    agent.alarm("handover", {"handover": "h1", "visit": 1, "lang": "zh", "matters": ["gov.id_card.replace"]})
    wait_until(lambda: agent.depth == 0, "empty outbox")
    return kiosk


def card(tab, kiosk):
    return tab.locator(".kiosk", has=tab.get_by_role("heading", name=kiosk.settings.kiosk, exact=True))


def test_the_fleet_is_shown_and_a_handover_is_accepted(page, hall):
    tab, asked = page
    mine = card(tab, hall)
    mine.get_by_text("在线").wait_for()
    mine.get_by_text("gov 2026.11.1").wait_for()
    mine.locator(".row", has_text="模型").get_by_text("vosk-zh 0.22").wait_for()
    tab.get_by_text("消息服务器已连接").wait_for()
    tab.locator(".bars", has_text="身份证").first.wait_for()
    queue = tab.locator(".queue .one", has_text=hall.settings.kiosk)
    queue.get_by_role("button", name="我来接待").click()
    tab.get_by_role("textbox").fill("三号窗口的小王马上来")
    tab.get_by_role("button", name="发送").click()
    wait_until(lambda: hall.of(HandoverAccepted), "word at the kiosk")
    assert hall.of(HandoverAccepted)[0].text == "三号窗口的小王马上来"
    queue.wait_for(state="detached")
    assert {httpx.URL(url).host for url in asked if url.startswith("http")} == {"127.0.0.1"}


def test_a_window_calls_with_a_click(page, hall):
    tab, _ = page
    hall.agent.report_queues([STATE])
    mine = tab.locator(".line", has_text="证件")
    mine.get_by_text("人在等").wait_for()
    mine.get_by_role("button", name="叫号 5").click()
    wait_until(lambda: hall.of(QueueCommanded), "the call at the kiosk")
    (wanted,) = hall.of(QueueCommanded)
    assert (wanted.verb, wanted.queue, wanted.window) == ("next", "papers", "5")
    hall.agent.conclude(wanted.command, True, "", "A012")
    tab.get_by_text("已叫 A012 → 5").wait_for()
    hall.agent.report_queues([STATE.model_copy(update={"waiting": 2, "last": "A012", "window": "5"})])
    mine.get_by_text("A012").wait_for()


def test_it_updates_by_itself_when_a_kiosk_goes(page, hall):
    tab, _ = page
    card(tab, hall).get_by_text("在线").wait_for()
    hall.agent.stop()
    card(tab, hall).get_by_text("离线 · 自").wait_for()
    tab.locator("tr", has_text=hall.settings.kiosk).get_by_text("中断").wait_for()


def test_without_signing_in_nothing_can_be_accepted(browser, centre, hall):
    server, _, _ = centre
    context = browser.new_context(locale="zh-CN")
    tab = context.new_page()
    tab.goto(server)
    button = tab.locator(".queue .one", has_text=hall.settings.kiosk).get_by_role("button")
    button.wait_for()
    assert button.is_disabled()
    tab.get_by_text("登录后可接待").click()
    tab.get_by_label("服务器口令").fill("wrong")
    tab.get_by_role("button", name="进入").click()
    tab.get_by_text("口令不对").wait_for()
    context.close()


def test_the_page_says_when_it_knows_nothing(page, centre, hall):
    tab, _ = page
    _, data, _ = centre
    card(tab, hall).get_by_text("在线").wait_for()
    pid = Office.open(data, TENANT).broker_folder.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    tab.get_by_text("暂时不知道任何终端的真实状态").wait_for()
    card(tab, hall).get_by_text("在线").wait_for()


def test_it_is_there_in_english(browser, centre, hall):
    server, _, _ = centre
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{server}/?lang=en")
    card(tab, hall).get_by_text("Online").wait_for()
    tab.get_by_text("Broker connected").wait_for()
    context.close()
