"""``kiosk doctor``: the field self-test."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli.run_kiosk import ConfigOption

_MARKS = {
    "ok": "[green]✓[/green]",
    "warn": "[yellow]![/yellow]",
    "fail": "[red]✗[/red]",
    "skip": "[dim]–[/dim]",
}


def doctor(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    echo_cancel: Annotated[
        bool, typer.Option("--echo-cancel", help="Set up echo cancellation in the sound server, as root.")
    ] = False,
    face_at: Annotated[
        float | None,
        typer.Option(
            "--face-at",
            min=0.3,
            max=3.0,
            help="Calibrate the camera: stand so many metres before it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check every part of this kiosk and name the fix of every fault.

    Example: kiosk doctor --config /etc/yingbin/kiosk.toml
    """
    if echo_cancel:
        _set_up_echo_cancel(as_json=as_json)
        return
    if face_at is not None:
        _calibrate(config, face_at, as_json=as_json)
        return
    from hardware.doctor import run_checks, worst
    from kiosk_app.doctor import checks

    results = []
    for result in run_checks(checks(config)):
        results.append(result)
        if not as_json:
            _show(result.name, result.state, result.figure, result.fix)
    if as_json:
        typer.echo(json.dumps({"checks": [asdict(result) for result in results]}, ensure_ascii=False))
    if worst(results) == "fail":
        raise typer.Exit(1)


def _calibrate(config: Path | None, metres: float, *, as_json: bool) -> None:
    from kiosk_app.camera_check import calibrate
    from kiosk_app.config import load_config
    from kiosk_app.errors import ConfigError
    from vision.errors import VisionError

    try:
        settings = load_config(config)
        if not as_json:
            typer.echo(f"stand alone, {metres:g} m from the camera, and look at it for eight seconds")
        found = calibrate(settings, metres)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except VisionError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps({"field_of_view": found.field_of_view, "sightings": found.sightings}))
    else:
        line = f"field_of_view = {found.field_of_view}  # was {found.now:g}"
        typer.echo(f"measured in {found.sightings} pictures; write into [camera]: {line}")


def _set_up_echo_cancel(*, as_json: bool) -> None:
    from hardware.echo_cancel import install_echo_cancel
    from hardware.errors import HardwareError
    from hardware.sound_server import installed_server

    try:
        written = install_echo_cancel(installed_server())
    except HardwareError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps({"path": str(written.path), "activate": written.activate}))
    else:
        typer.echo(
            f"wrote {written.path}\nnow, as the user of the kiosk: {written.activate}\nthen: kiosk doctor"
        )


def _show(name: str, state: str, figure: str, fix: str) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    console.print(f"{_MARKS[state]} [bold]{name:<14}[/bold] {escape(figure)}", soft_wrap=True)
    if fix and state != "ok":
        console.print(f"  {'':<14} [cyan]→ {escape(fix)}[/cyan]", soft_wrap=True)
