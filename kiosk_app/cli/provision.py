"""``kiosk provision``: a blank device becomes a kiosk of a centre."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from kiosk_app.cli.run_kiosk import ConfigOption

_CLOCK_OFF_S = 120


def provision(
    claim: Annotated[
        str,
        typer.Option(
            "--claim",
            metavar="FILE|URL|-",
            help="The claim: its file, a picture of its QR code, its link, - to paste.",
        ),
    ],
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Turn this device into the kiosk that a claim names. May be repeated after a power cut.

    Example: sudo -u yingbin kiosk provision --claim hall-1.claim --config /etc/yingbin/kiosk.toml
    """
    from fleet.device.provisioning import provision as become
    from kiosk_app.claim_source import claim_from
    from kiosk_app.config import load_config
    from kiosk_app.errors import ConfigError
    from kiosk_app.identity import identity_files

    try:
        settings = load_config(config)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    files = identity_files(settings)
    done = become(claim_from(claim), files)
    identity = done.identity
    if as_json:
        told = {
            "kiosk": identity.kiosk,
            "tenant": identity.tenant,
            "broker": f"{identity.broker_host}:{identity.broker_port}",
            "until": done.until.isoformat(),
            "identity": str(files.folder),
            "clock_off_s": done.clock_off_s,
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(
            f"this device is {identity.kiosk} of {identity.tenant}, certificate until {done.until:%Y-%m-%d}"
        )
        print("restart the kiosk if it runs; then: kiosk doctor")
    if done.clock_off_s is not None and abs(done.clock_off_s) > _CLOCK_OFF_S:
        print(_clock(done.clock_off_s), file=sys.stderr)


def _clock(off_s: int) -> str:
    amount = f"{abs(off_s) // 86_400} days" if abs(off_s) >= 172_800 else f"{abs(off_s) // 60} minutes"
    way = "behind" if off_s > 0 else "ahead of"
    return f"the clock of this device is {amount} {way} the centre's: set it, for instance timedatectl set-ntp true"
