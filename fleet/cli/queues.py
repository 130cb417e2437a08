"""``kiosk-fleet queues`` and ``kiosk-fleet call``: how the queues stand, and the windows' calls."""

import json
import threading
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from fleet.cli.asking import get
from fleet.cli.options import DEFAULT_DATA, DEFAULT_SERVER, Data, Json, Server
from fleet.server.settings import read_token

_POLL_S = 0.125
_CALL_S = 20.0
_CALL_FINAL = frozenset({"SUCCEEDED", "FAILED", "REJECTED", "EXPIRED"})


def list_queues(server: Server = DEFAULT_SERVER, as_json: Json = False) -> None:
    """List the queues: how many wait, and who was called last.

    Example: kiosk-fleet queues --json
    """
    found = get(server, "/api/queues")
    if as_json:
        print(json.dumps({"queues": found}, ensure_ascii=False))
        return
    table = Table(Column("kiosk", no_wrap=True), "queue", "name", "windows", "waiting", "last", "at window")
    for view in found:
        name = next(iter(view["names"].values()), "")
        windows = " ".join(view["windows"])
        table.add_row(
            view["kiosk"], view["queue"], name, windows, str(view["waiting"]), view["last"], view["window"]
        )
    Console().print(table)


def call_number(
    kiosk: Annotated[str, typer.Argument(help="The kiosk that numbers.")],
    queue: Annotated[str, typer.Argument(help="Id of the queue.")],
    window: Annotated[str, typer.Argument(help="Number of the window that calls.")],
    again: Annotated[bool, typer.Option("--again", help="The last number of this window once more.")] = False,
    absent: Annotated[bool, typer.Option("--absent", help="Nobody came to this window's last call.")] = False,
    server: Server = DEFAULT_SERVER,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Call the next number of a queue to a window.

    Example: kiosk-fleet call hall-1 police 5
    """
    from fleet.server.client import ApiClient

    if again and absent:
        raise typer.BadParameter("give --again or --absent, not both")
    client = ApiClient(server, read_token(data))
    try:
        verb = "again" if again else "absent" if absent else "next"
        done = _await_call(client, client.call(kiosk, queue, window, verb)["command"])
    finally:
        client.close()
    if as_json:
        print(json.dumps(done, ensure_ascii=False))
    else:
        print(
            f"{done['number']} → {window}"
            if done["state"] == "SUCCEEDED"
            else done["reason"] or done["state"]
        )
    if done["state"] != "SUCCEEDED":
        raise typer.Exit(1)


def _await_call(client: Any, command: str) -> dict[str, Any]:
    """The kiosk's answer, or that there is none by the call's expiry."""
    until = time.monotonic() + _CALL_S
    pause = threading.Event()
    while True:
        done = client.get(f"/api/calls/{command}")
        if done["state"] in _CALL_FINAL or time.monotonic() >= until:
            return done
        pause.wait(_POLL_S)
