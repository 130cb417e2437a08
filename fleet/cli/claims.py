"""``kiosk-fleet claim``: the right to become a kiosk, given out once."""

import json
import secrets
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from fleet.cli.options import DEFAULT_DATA, Data, Database, Json, Tenant
from fleet.server.errors import FleetError
from fleet.server.settings import DEFAULT_TENANT, database_url

if TYPE_CHECKING:
    from fleet.protocol.enrolment import Claim
    from fleet.server.identity.registrar import Registrar

claim_app = typer.Typer(no_args_is_help=True, help="Give out, list and withdraw claims for new kiosks.")

_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_LONGEST_S = 30 * 86_400


def _lifetime(text: str) -> int:
    number, unit = text[:-1], text[-1:]
    seconds = int(number) * _UNITS.get(unit, 0) if number.isascii() and number.isdigit() else 0
    if not 0 < seconds <= _LONGEST_S:
        raise typer.BadParameter("a number with m, h or d, 30d at most, such as 24h")
    return seconds


@claim_app.command("create")
def create_claim(
    kiosk: Annotated[
        str | None, typer.Option("--kiosk", help="The kiosk's id: lower-case letters, digits, hyphens.")
    ] = None,
    expires: Annotated[
        int, typer.Option(parser=_lifetime, metavar="TIME", help="How long it is good: 30m, 24h, 7d.")
    ] = "24h",  # type: ignore[assignment]  typer parses the default as well
    out: Annotated[Path | None, typer.Option(help="Write the claim to this file.")] = None,
    qr: Annotated[
        str | None, typer.Option(metavar="FILE.png|terminal", help="Its QR code as a picture, or drawn here.")
    ] = None,
    data: Data = DEFAULT_DATA,
    db: Database = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Make the claim with which one device becomes a kiosk, once. Earlier unused claims for it end.

    Example: kiosk-fleet claim create --kiosk hall-1 --out hall-1.claim --qr hall-1.png
    """
    from fleet.protocol.enrolment import claim_link

    if qr is not None and qr != "terminal" and not qr.endswith(".png"):
        raise typer.BadParameter("--qr takes a file name ending in .png, or the word terminal")
    name = kiosk or _new_name()
    with _registrar(data, db, tenant) as registrar:
        claim = registrar.create_claim(name, expires)
    if out is not None:
        _write(out, claim.model_dump_json(indent=2).encode() + b"\n")
    if qr is not None:
        _draw(claim, qr)
    if as_json:
        shown = {"kiosk": name, "expires": claim.expires, "file": str(out) if out else None}
        print(
            json.dumps({**shown, "claim": claim.model_dump(), "link": claim_link(claim)}, ensure_ascii=False)
        )
        return
    until = time.strftime("%Y-%m-%d %H:%M", time.localtime(claim.expires))
    print(f"{name}: a claim for one device, until {until}")
    if out is not None:
        print(f"bring {out} to the device and run there: kiosk provision --claim {out.name}")
    elif qr is None:
        print(f"run on the device: kiosk provision --claim -\nand paste: {claim_link(claim)}")


@claim_app.command("list")
def list_claims(
    data: Data = DEFAULT_DATA, db: Database = None, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False
) -> None:
    """List the claims.

    Example: kiosk-fleet claim list --json
    """
    from dataclasses import asdict

    with _registrar(data, db, tenant) as registrar:
        found = registrar.claims()
    if as_json:
        print(json.dumps({"claims": [asdict(view) for view in found]}))
        return
    table = Table(Column("kiosk", no_wrap=True), "state", "made", "until", "used")
    for view in found:
        table.add_row(
            view.kiosk, view.state, _clock(view.created_at), _clock(view.expires_at), _clock(view.used_at)
        )
    Console().print(table)


@claim_app.command("revoke")
def revoke_claim(
    kiosk: Annotated[str, typer.Argument(metavar="ID")],
    data: Data = DEFAULT_DATA,
    db: Database = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Withdraw a kiosk's unused claims.

    Example: kiosk-fleet claim revoke hall-1
    """
    with _registrar(data, db, tenant) as registrar:
        number = registrar.revoke_claims(kiosk)
    if not number:
        raise FleetError(
            "claim.none", f"{kiosk} has no claim that could still be used; see kiosk-fleet claim list"
        )
    print(json.dumps({"kiosk": kiosk, "revoked": number}) if as_json else f"{kiosk}: {number} withdrawn")


@contextmanager
def _registrar(data: Path, db: str | None, tenant: str) -> "Iterator[Registrar]":
    from fleet.server.identity.office import Office
    from fleet.server.store import Store

    office = Office.open(data, tenant)
    # Before the database: what there is no authority for is not entered.
    _ = office.authority.issuer
    store = Store(database_url(data, db))
    try:
        yield office.registrar(store)
    finally:
        store.close()


def _new_name() -> str:
    return "kiosk-" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))


def _draw(claim: "Claim", where: str) -> None:
    import segno

    from fleet.protocol.enrolment import claim_link

    code = segno.make(claim_link(claim), error="m", micro=False)
    if where == "terminal":
        code.terminal(compact=True)
    else:
        from io import BytesIO

        picture = BytesIO()
        code.save(picture, kind="png", scale=8)
        _write(Path(where), picture.getvalue())


def _write(path: Path, content: bytes) -> None:
    from fleet.server.private_file import write_private

    try:
        write_private(path, content)
    except OSError as error:
        raise FleetError("claim.file", f"cannot write {path}: {error.strerror}") from error


def _clock(millis: int | None) -> str:
    return "" if millis is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(millis / 1000))
