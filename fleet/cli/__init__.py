"""``kiosk-fleet``: the centre's commands, one file each."""

import sys
from typing import Annotated

import typer

from fleet.cli.authority import ca_app
from fleet.cli.claims import claim_app
from fleet.cli.cmd import cmd
from fleet.cli.ingest import ingest
from fleet.cli.kiosks import kiosks_app
from fleet.cli.publish import publish
from fleet.cli.queues import call_number, list_queues
from fleet.cli.serve import serve
from fleet.cli.sim import sim
from fleet.cli.updates import updates_app
from fleet.protocol.errors import ProtocolError
from fleet.server.errors import FleetError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Serve and run a fleet of kiosks.")
app.command()(serve)
app.command()(ingest)
app.command()(publish)
app.add_typer(kiosks_app, name="kiosks")
app.command("queues")(list_queues)
app.command("call")(call_number)
app.command()(cmd)
app.command()(sim)
app.add_typer(claim_app, name="claim")
app.add_typer(ca_app, name="ca")
app.add_typer(updates_app, name="updates")


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False) -> None:
    """Serve and run a fleet of kiosks."""
    # Looked for by main(), where errors end up.


def main() -> None:
    """Entry point: errors are one line on stderr, exit 1; wrong use is exit 2."""
    try:
        app(standalone_mode=True)
    except ModuleNotFoundError as error:
        if "--debug" in sys.argv[1:]:
            raise
        print(f"kiosk-fleet: {error.name} is not installed; pip install 'yingbin[server]'", file=sys.stderr)
        sys.exit(1)
    except (FleetError, ProtocolError) as error:
        if "--debug" in sys.argv[1:]:
            raise
        print(f"kiosk-fleet: {error}", file=sys.stderr)
        sys.exit(1)
