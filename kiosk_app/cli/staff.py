"""``kiosk staff``: the PIN of the staff corner."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The staff corner on the screen: set its PIN.", no_args_is_help=True)


@app.callback()
def staff() -> None:
    """The staff corner on the screen: set its PIN."""


@app.command(epilog="Example: sudo -u yingbin kiosk staff pin --config /etc/yingbin/kiosk.toml")
def pin(
    config: Annotated[
        Path | None, typer.Option("--config", help="The kiosk's configuration file, for the PIN's place.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Set the PIN, asked for twice, and end any lock-out; a running kiosk takes it at once.

    6 to 12 digits. Only a hash of it is kept, for the user who runs this: the kiosk's. Without a terminal it is
    read from two lines of standard input.
    """
    from kiosk_app.config import load_config
    from kiosk_app.errors import ConfigError
    from kiosk_app.staff.door import LOCKOUT_FILE, PIN_FILE
    from kiosk_app.staff.lockout import Lockout
    from kiosk_app.staff.pin import PinFile, weakness
    from kiosk_app.staff.private_file import StaffError

    try:
        settings = load_config(config)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    chosen = _ask("PIN for the staff corner: ")
    if problem := weakness(chosen):
        raise StaffError(f"{problem}: choose another one", "staff.weak")
    if _ask("the same again: ") != chosen:
        raise StaffError("the two PINs differ: nothing was changed", "staff.differ")
    file = PinFile(settings.staff.pin_file or settings.home / PIN_FILE)
    file.set(chosen)
    Lockout(settings.home / LOCKOUT_FILE).forgive()
    print(json.dumps({"ok": True, "file": str(file.path)}) if as_json else f"{file.path}: the PIN is set")


def _ask(prompt: str) -> str:
    """Without echo on a terminal; a line of standard input otherwise."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")
