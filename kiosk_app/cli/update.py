"""``kiosk update``: updates from a stick, for halls without a network."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def update(
    source: Annotated[
        Path, typer.Option("--from", metavar="DIR", help="Where the stick, or a copy of it, lies.")
    ],
    target: Annotated[
        list[str] | None, typer.Option(help="Only this target, by its path (may be repeated).")
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="The kiosk's configuration file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Take updates from a stick that ``kiosk-fleet updates export`` wrote.

    What it brings is verified against this kiosk's trusted root, as if it came from the network. A running kiosk takes
    it between two visits, one that is not running at its next start. Run it as the kiosk's own user.

    Example: sudo -u yingbin kiosk update --from /media/stick --config /etc/yingbin/kiosk.toml
    """
    from rich.progress import Progress

    from fleet.device.updates.stick import take_from
    from kiosk_app.config import load_config
    from kiosk_app.errors import ConfigError
    from kiosk_app.trust import inbox_of, update_client

    try:
        settings = load_config(config)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    with Progress(transient=True, disable=as_json) as progress:
        bar = progress.add_task("verifying", total=None)
        letters = take_from(
            update_client(settings),
            inbox_of(settings),
            source,
            target or [],
            lambda have, total: progress.update(bar, completed=have, total=total),
        )
    if as_json:
        print(json.dumps({"taken": [letter.model_dump() for letter in letters]}, ensure_ascii=False))
        return
    for letter in letters:
        print(
            f"{letter.kind} {letter.name} {letter.version}: verified, the kiosk takes it between two visits"
        )
