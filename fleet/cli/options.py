"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from fleet.server.settings import DEFAULT_PORT

DEFAULT_DATA = user_data_path("yingbin-fleet")
DEFAULT_SERVER = f"http://127.0.0.1:{DEFAULT_PORT}"

Data = Annotated[Path, typer.Option("--data", help="The server's data folder.", envvar="YINGBIN_FLEET_DATA")]
Server = Annotated[str, typer.Option("--server", help="Address of kiosk-fleet serve.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Tenant = Annotated[str, typer.Option("--tenant", help="The operator's name in the MQTT topics.")]
KeepDays = Annotated[
    int, typer.Option("--keep-days", min=1, help="Days after which records become counts by the hour.")
]
Database = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="sqlite:////file or postgresql://user@host/database?password_file=FILE; "
        "default: fleet.sqlite in the data folder.",
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--name",
        help="Host name or address under which kiosks reach the centre (may be repeated; the first is told).",
    ),
]
