"""``kiosk-fleet cmd``: have a kiosk do something, and see what came of it."""

import json
import threading
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from fleet.cli.options import DEFAULT_DATA, DEFAULT_SERVER, Data, Json, Server
from fleet.protocol.commands import COMMANDS
from fleet.protocol.messages import FINAL_COMMAND_STATES
from fleet.server.settings import read_token

_POLL_S = 0.2
_NAMES = ", ".join(sorted(name for name, kind in COMMANDS.items() if kind.operators))


def cmd(
    kiosk: Annotated[str, typer.Argument(metavar="KIOSK", help="Id of the kiosk.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"One of {_NAMES}.")],
    arg: Annotated[list[str] | None, typer.Option(help="KEY=VALUE, may be repeated.")] = None,
    ttl: Annotated[int | None, typer.Option(help="Seconds that the command lives.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for what comes of it.")] = 0.0,
    save: Annotated[Path | None, typer.Option(help="File for what the kiosk sends with it.")] = None,
    server: Server = DEFAULT_SERVER,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Have a kiosk do one of the things that it may be told.

    Example: kiosk-fleet cmd hall-1 volume --arg percent=60 --wait 20
    """
    from fleet.server.client import ApiClient

    if save is not None and not wait:
        raise typer.BadParameter("--save needs --wait: nothing has come yet")
    args = _arguments(arg or [])
    client = ApiClient(server, read_token(data))
    try:
        sent = client.order(kiosk, name, args, ttl)["command"]
        done = _await(client, sent, wait, whole=save is not None)
        if save is not None and done["complete"]:
            save.write_bytes(client.attachment(sent))
    finally:
        client.close()
    if as_json:
        print(json.dumps(done, ensure_ascii=False))
    else:
        _show(done, save)
    if done["state"] in FINAL_COMMAND_STATES - {"SUCCEEDED"} or (wait and not _over(done, save is not None)):
        raise typer.Exit(1)


def _arguments(given: list[str]) -> dict[str, str]:
    args: dict[str, str] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"--arg {one!r} is not KEY=VALUE")
        args[key] = value
    return args


def _await(client: Any, command: str, wait: float, *, whole: bool) -> dict[str, Any]:
    """How far it is when it is over or the time is up; ``whole``: what comes with it is waited for, too."""
    until = time.monotonic() + wait
    pause = threading.Event()
    while True:
        done = client.get(f"/api/commands/{command}")
        if _over(done, whole) or time.monotonic() >= until:
            return done
        pause.wait(_POLL_S)


def _over(done: dict[str, Any], whole: bool) -> bool:
    arrived = done["complete"] or done["attachment"] is None or not whole
    return done["state"] in FINAL_COMMAND_STATES and arrived


def _show(done: dict[str, Any], save: Path | None) -> None:
    print(f"{done['name']} at {done['kiosk']}: {done['state']}" + _in_brackets(done["reason"]))
    for key, value in done["data"].items():
        print(f"  {key}: {value}")
    attachment = done["attachment"]
    if attachment is not None:
        here = f"saved as {save}" if save is not None and done["complete"] else f"{attachment['size']} bytes"
        print(f"  {attachment['name']}: {here}")
    if done["state"] not in FINAL_COMMAND_STATES:
        until = time.strftime("%H:%M:%S", time.localtime(done["exp"]))
        print(f"  {done['kiosk']} begins it until {until}, also when it comes back only then")
        print(f"  look again: GET /api/commands/{done['command']}, or wait for it with --wait")


def _in_brackets(reason: str) -> str:
    return f" ({reason})" if reason else ""
