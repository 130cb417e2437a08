"""The live page: what the fleet is doing now, and the one thing to do about it, accept a hand-over.

It reads the same views as the API, once a second for all browsers together, and sends a browser only the
sections that changed. Accepting takes the token: signing in at ``/enter`` puts it into a cookie.
"""

import asyncio
import time
from dataclasses import dataclass
from importlib import resources

from fastapi import FastAPI, Request
from nicegui import app as nicegui_app
from nicegui import ui
from sqlalchemy.exc import SQLAlchemyError

from fleet.server import handovers, queues, sections
from fleet.server.api import make_api
from fleet.server.errors import FleetError
from fleet.server.queue_section import QueueSection
from fleet.server.queues import QueueView
from fleet.server.service import Centre
from fleet.server.sign_in import add_sign_in, may_write
from fleet.server.store import now_ms
from fleet.server.views import HandoverView, KioskView, TodayView, VisitView
from fleet.server.words import LANGUAGES, Words, load_words

_REFRESH_S = 1.0
_VISITS_SHOWN = 14
_FAVICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>"
    "<rect width='64' height='64' rx='15' fill='#0F4C81'/><circle cx='32' cy='26' r='10' fill='#fff'/>"
    "<path d='M12 54c3-13 11-17 20-17s17 4 20 17z' fill='#fff'/></svg>"
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the page shows, at one moment."""

    taken: float
    connected: bool
    link_since: int
    link_problem: str
    kiosks: list[KioskView]
    handovers: list[HandoverView]
    today: TodayView
    visits: list[VisitView]
    titles: dict[str, dict[str, str]]
    queues: list[QueueView]


class Board:
    """Takes a snapshot at most once a second, however many browsers look."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self._snapshot: Snapshot | None = None
        self._turn = asyncio.Lock()

    async def snapshot(self) -> Snapshot:
        """The newest snapshot, at most a second old."""
        async with self._turn:
            if self._snapshot is None or time.monotonic() - self._snapshot.taken >= _REFRESH_S * 0.9:
                self._snapshot = await asyncio.to_thread(self._take)
            return self._snapshot

    def _take(self) -> Snapshot:
        views, ingest = self.centre.views, self.centre.ingest
        connected = ingest.connected
        kiosks = views.kiosks(connected)
        online = {kiosk.id for kiosk in kiosks if kiosk.light == "online"}
        return Snapshot(
            taken=time.monotonic(),
            connected=connected,
            link_since=ingest.link_since,
            link_problem=ingest.link_problem,
            kiosks=kiosks,
            handovers=[view for view in views.handovers(connected) if view.state in ("waiting", "accepting")],
            today=views.today(),
            visits=views.visits(connected, _VISITS_SHOWN),
            titles={lang: views.titles(lang) for lang in LANGUAGES},
            queues=queues.queues(self.centre.store, online),
        )


class LivePage:
    """One browser's page."""

    def __init__(self, board: Board, words: Words, may_accept: bool) -> None:
        self._board = board
        self._words = words
        self._may_accept = may_accept
        self._waiting_for = ""
        self._shown_queue: object = None
        self._waits: list[tuple[HandoverView, ui.label]] = []
        self._masthead()
        self._banner = ui.html("", sanitize=False).classes("wide")
        self._queue = ui.element("section").classes("queue calm")
        self._numbers = QueueSection(board.centre, words, may_accept)
        with ui.element("div").classes("grid"):
            with ui.element("div").classes("stack"):
                self._kiosks = self._panel("kiosks")
                self._visits = self._panel("visits")
            self._today = self._panel("today")
        self._dialog, self._text = self._accept_dialog()
        ui.timer(_REFRESH_S, self.refresh)

    async def refresh(self) -> None:
        """Show the newest snapshot."""
        words = self._words
        try:
            now = await self._board.snapshot()
        except SQLAlchemyError as error:
            self._banner.set_content(sections.banner(str(error).splitlines()[0], words))
            return
        self._link.set_content(sections.link(now.connected, now.link_since, words))
        self._banner.set_content("" if now.connected else sections.banner(now.link_problem, words))
        titles = now.titles[words.lang]
        self._kiosks.set_content(sections.kiosks(now.kiosks, words))
        self._today.set_content(sections.today(now.today, titles, words))
        self._visits.set_content(sections.visits(now.visits, titles, words))
        self._show_queue(now)
        self._numbers.show(now.queues)

    def _masthead(self) -> None:
        words = self._words
        other = "en" if words.lang == "zh" else "zh"
        with ui.element("div").classes("masthead"):
            ui.html(words["brand"][0], sanitize=False).classes("seal")
            ui.html(f"<h1>{words['brand']}<small>{words['console']}</small></h1>", sanitize=False)
            sign_in = words["signed_in"] if self._may_accept else f'<a href="/enter">{words["sign_in"]}</a>'
            self._link = ui.html("", sanitize=False).classes("side")
            links = f'<span>{sign_in}</span><a href="/?lang={other}">{words["other_language"]}</a>'
            ui.html(links, sanitize=False).classes("links")

    def _panel(self, title: str) -> ui.html:
        with ui.element("section").classes("panel"):
            ui.html(self._words[title], sanitize=False, tag="h2")
            return ui.html("", sanitize=False)

    def _accept_dialog(self) -> tuple[ui.dialog, ui.textarea]:
        words = self._words
        with ui.dialog() as dialog, ui.card().classes("say"):
            ui.html(f"<h3>{words['dialog_title']}</h3>", sanitize=False)
            text = ui.textarea(value=words["dialog_text"]).classes("wide")
            text.props("outlined autogrow maxlength=200 counter")
            ui.label(words["dialog_hint"]).classes("hint")
            with ui.element("div").classes("actions"):
                ui.button(words["cancel"], on_click=dialog.close).props("flat color=grey-8")
                ui.button(words["send"], on_click=self._accept).props("unelevated").classes("send")
        return dialog, text

    def _show_queue(self, now: Snapshot) -> None:
        for view, label in self._waits:
            label.set_text(sections.waited(view, now_ms(), self._words))
        if self._shown_queue == now.handovers:
            return
        self._shown_queue = now.handovers
        self._waits = []
        self._queue.clear()
        self._queue.classes(replace="queue busy" if now.handovers else "queue calm")
        with self._queue:
            if not now.handovers:
                title, none = self._words["handovers"], self._words["handovers_none"]
                ui.html(f"<b>{title}</b>　{none}", sanitize=False)
                return
            ui.html(f"<h2>{self._words['handovers']}<em>{len(now.handovers)}</em></h2>", sanitize=False)
            for view in now.handovers:
                self._show_handover(view, now.titles[self._words.lang])

    def _show_handover(self, view: HandoverView, titles: dict[str, str]) -> None:
        words = self._words
        with ui.element("div").classes("one"):
            ui.html(sections.handover_text(view, titles, words), sanitize=False)
            label = ui.label(sections.waited(view, now_ms(), words)).classes("wait")
            self._waits.append((view, label))
            if view.state == "accepting":
                ui.label(words["accepting"])
                return
            button = ui.button(
                words["accept"], color="negative", on_click=lambda _, view=view: self._open(view)
            )
            button.props("unelevated no-caps").classes("take")
            button.set_enabled(self._may_accept and view.reachable)
            if not self._may_accept:
                button.tooltip(words["sign_in"])

    def _open(self, view: HandoverView) -> None:
        self._waiting_for = view.id
        self._text.set_value(load_words(view.lang)["dialog_text"])
        self._dialog.open()

    async def _accept(self) -> None:
        self._dialog.close()
        if not self._may_accept:
            return
        centre = self._board.centre
        send = centre.ingest.send_command
        try:
            await asyncio.to_thread(
                handovers.accept, centre.store, self._waiting_for, self._text.value or "", send
            )
        except FleetError as error:
            ui.notify(str(error), type="negative")
            return
        ui.notify(self._words["sent"], type="positive")


def make_app(centre: Centre) -> FastAPI:
    """Build API and page as one application. NiceGUI allows one of these per process."""
    api = make_api(centre)
    board = Board(centre)
    style = resources.files("fleet.server").joinpath("page.css").read_text(encoding="utf-8")

    chinese = load_words("zh")

    @ui.page("/", title=f"{chinese['brand']} · {chinese['console']}", favicon=_FAVICON)
    async def live(request: Request, lang: str = "zh") -> None:
        words = load_words(lang)
        ui.colors(primary="#0F4C81", negative="#C2452D", positive="#27705A")
        ui.add_css(style)
        page = LivePage(board, words, may_write(centre, request))
        await page.refresh()

    add_sign_in(api, centre)
    nicegui_app.config.reconnect_timeout = 5.0
    ui.run_with(api, tailwind=False, show_welcome_message=False)
    return api
