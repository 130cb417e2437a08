"""The root of the ``kiosk`` command: gathers the commands and turns errors into one clear line."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Sequence

import typer

from kiosk_app.cli import (
    ask,
    bench,
    chat,
    doctor,
    intent,
    models,
    pack,
    presence,
    provision,
    run_kiosk,
    staff,
    unknown,
    update,
)

app = typer.Typer(
    name="kiosk",
    help="The service kiosk: run it, ask it, check it, and look after what it knows.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.command("run")(run_kiosk.run)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("presence")(presence.presence)
app.command("provision")(provision.provision)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.command("update")(update.update)
app.add_typer(pack.app, name="pack")
app.add_typer(intent.app, name="intent")
app.add_typer(models.app, name="models")
app.add_typer(unknown.app, name="unknown")
app.add_typer(staff.app, name="staff")


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit status.

    An error with a ``code`` is one that a package raised on purpose: its sentence is shown. Anything else is a
    mistake of ours: its kind is shown, and the traceback with ``--debug``.
    """
    debug = "--debug" in arguments
    words = [word for word in arguments if word != "--debug"]
    if debug:
        logging.basicConfig(level=logging.DEBUG, format="%(relativeCreated)8.0f %(name)s: %(message)s")
    try:
        app(words, prog_name="kiosk", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:  # noqa: BLE001  the last line of defence: a sentence instead of a traceback
        if debug:
            traceback.print_exc()
        elif hasattr(error, "code"):
            print(f"error: {error}", file=sys.stderr)
        else:
            print(
                f"error: unexpected {type(error).__name__}: {error}\nrun again with --debug for the details",
                file=sys.stderr,
            )
        return 1
    return 0
