"""The page's queues: how many wait, who was called, and a button for each window."""

import asyncio
from collections.abc import Sequence
from html import escape
from itertools import groupby

from nicegui import ui

from fleet.protocol.messages import FINAL_COMMAND_STATES
from fleet.server import queues
from fleet.server.errors import FleetError
from fleet.server.queues import CallView, QueueView, Verb
from fleet.server.service import Centre
from fleet.server.words import Words

_POLL_S = 0.1
_POLLS = 120


class QueueSection:
    """Drawn again only when something changed, so that no button moves under a hand."""

    def __init__(self, centre: Centre, words: Words, may_call: bool) -> None:
        self._centre = centre
        self._words = words
        self._may_call = may_call
        self._shown: object = None
        self._box = ui.element("section").classes("panel wide")
        self._box.set_visibility(False)

    def show(self, views: Sequence[QueueView]) -> None:
        """Show every queue; nothing where no kiosk numbers."""
        if self._shown == views:
            return
        self._shown = views
        self._box.set_visibility(bool(views))
        self._box.clear()
        with self._box:
            ui.html(self._words["queues"], sanitize=False, tag="h2")
            for kiosk, of_kiosk in groupby(views, lambda view: view.kiosk):
                ui.html(f"<h4>{escape(kiosk)}</h4>", sanitize=False)
                with ui.element("div").classes("lines"):
                    for view in of_kiosk:
                        self._show_queue(view)

    def _show_queue(self, view: QueueView) -> None:
        words = self._words
        name = view.names.get(words.lang) or next(iter(view.names.values()), view.queue)
        last = words["queue_none_called"]
        if view.last:
            last = f"{words['queue_last']} <b>{escape(view.last)}</b>"
            last += f" → {escape(view.window)}" if view.window else ""
        with ui.element("article").classes("line"):
            ui.html(
                f"<header><i>{escape(view.letter)}</i><h3>{escape(name)}</h3>"
                f"<b>{view.waiting}<small>{words['queue_waiting']}</small></b></header><p>{last}</p>",
                sanitize=False,
            )
            with ui.element("div").classes("windows"):
                for window in view.windows:
                    self._button(view, window, "next", f"{words['queue_call']} {window}").classes("next")
            if view.window in view.windows:
                with ui.element("div").classes("windows"):
                    self._button(view, view.window, "again", words["queue_again"]).props("flat")
                    self._button(view, view.window, "absent", words["queue_absent"]).props("flat")

    def _button(self, view: QueueView, window: str, verb: Verb, label: str) -> ui.button:
        async def touched() -> None:
            await self._call(view, window, verb)

        button = ui.button(label, on_click=touched).props("unelevated no-caps")
        button.set_enabled(self._may_call and view.reachable)
        if not self._may_call:
            button.tooltip(self._words["sign_in"])
        return button

    async def _answer(self, command: str) -> CallView:
        """What the kiosk says, or how far the call is when it says nothing."""
        store = self._centre.store
        done = await asyncio.to_thread(queues.called, store, command)
        for _ in range(_POLLS):
            if done.state in FINAL_COMMAND_STATES:
                break
            await asyncio.sleep(_POLL_S)
            done = await asyncio.to_thread(queues.called, store, command)
        return done

    async def _call(self, view: QueueView, window: str, verb: Verb) -> None:
        """Send the call and say what came of it, as soon as the kiosk has answered."""
        if not self._may_call:
            return
        centre, words = self._centre, self._words
        send = centre.ingest.send_command
        try:
            command = await asyncio.to_thread(
                queues.call, centre.store, view.kiosk, view.queue, window, verb, send
            )
            done = await self._answer(command)
        except FleetError as error:
            ui.notify(str(error), type="negative")
            return
        if done.state == "SUCCEEDED":
            ui.notify(f"{words.of('queue_done', verb)} {done.number} → {window}", type="positive")
        else:
            ui.notify(f"{words['queue_failed']} {done.reason}".strip(), type="warning")
