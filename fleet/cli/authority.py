"""``kiosk-fleet ca``: the centre's certificate authority."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from fleet.cli.options import DEFAULT_DATA, Data, Database, Json, Names, Tenant
from fleet.server.errors import FleetError
from fleet.server.settings import DEFAULT_TENANT, database_url

if TYPE_CHECKING:
    from fleet.server.identity.office import Office

ca_app = typer.Typer(no_args_is_help=True, help="The certificate authority of this centre.")


@ca_app.command("init")
def init(
    name: Names = None, data: Data = DEFAULT_DATA, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False
) -> None:
    """Make the authority and the signing key, unless they are there; `serve` does the same at its first start.

    Example: kiosk-fleet ca init --name centre.example --name 192.0.2.7
    """
    from fleet.server.identity.endpoints import check_names, read_endpoints
    from fleet.server.identity.office import Office

    endpoints = read_endpoints(data / "ca")
    if name:
        endpoints = endpoints.model_copy(update={"given": check_names(tuple(name))})
    office = Office.found(data, tenant, endpoints)
    office.renew()
    _show(office, as_json=as_json)


@ca_app.command("show")
def show(data: Data = DEFAULT_DATA, tenant: Tenant = DEFAULT_TENANT, as_json: Json = False) -> None:
    """Show the authority: its fingerprint, the names and addresses that kiosks are told, what is revoked.

    Example: kiosk-fleet ca show --json
    """
    from fleet.server.identity.office import Office

    _show(Office.open(data, tenant), as_json=as_json)


@ca_app.command("revoke")
def revoke(
    kiosk: Annotated[str, typer.Argument(metavar="KIOSK", help="The kiosk whose device is lost or stolen.")],
    data: Data = DEFAULT_DATA,
    db: Database = None,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Take a kiosk's certificates and claims back; its standing connection is ended at once.

    Example: kiosk-fleet ca revoke hall-1
    """
    from fleet.server.identity.office import Office
    from fleet.server.store import Store

    office = Office.open(data, tenant)
    _ = office.authority.issuer
    store = Store(database_url(data, db))
    try:
        serials, problem = office.registrar(store).revoke(kiosk)
    finally:
        store.close()
    if as_json:
        print(json.dumps({"kiosk": kiosk, "revoked": serials, "problem": problem}))
    else:
        print(f"{kiosk}: {len(serials)} certificate(s) revoked")
    if problem:
        raise FleetError("broker.expulsion", problem)


@ca_app.command("renew")
def renew(
    signing_key: Annotated[
        bool,
        typer.Option("--signing-key", help="Make the next key for commands instead; used 7 days from now."),
    ] = False,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="With --signing-key: replace the keys now; one has been stolen.")
    ] = False,
    data: Data = DEFAULT_DATA,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Renew the certificates of broker and centre now. `serve` renews them by itself when they are half over.

    Example: kiosk-fleet ca renew
    """
    from fleet.server.identity.authority import utc_now
    from fleet.server.identity.office import Office

    if at_once and not signing_key:
        raise typer.BadParameter("--at-once goes with --signing-key")
    office = Office.open(data, tenant)
    _ = office.authority.issuer
    if signing_key:
        keys = office.authority.signing
        made = keys.replace(utc_now()) if at_once else keys.add(utc_now())
        when = "now" if at_once else "in 7 days"
        print(json.dumps({"signing_key": made}) if as_json else f"signing key {made}, used {when}")
        return
    office.renew(now=True)
    print(
        json.dumps({"renewed": True}) if as_json else "renewed; a running server takes them at its next start"
    )


@ca_app.command("broker-config")
def broker_config(
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")],
    host: Annotated[str, typer.Option(help="Host name or address under which kiosks reach that broker.")],
    port: Annotated[int, typer.Option(help="Its TLS port.", min=1, max=65535)] = 8883,
    data: Data = DEFAULT_DATA,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Write what a mosquitto that is not ours needs: certificates, list of revoked ones, listener, access list.

    Example: kiosk-fleet ca broker-config --host broker.example --out broker
    """
    from fleet.server.identity.export import export_broker
    from fleet.server.identity.office import Office

    office = Office.open(data, tenant)
    _ = office.authority.issuer
    files = export_broker(office.authority, host, port, out)
    if as_json:
        print(json.dumps({"files": [str(path) for path in files]}))
    else:
        print("\n".join(f"{path}" for path in files))


def _show(office: "Office", *, as_json: bool) -> None:
    from fleet.server.identity.office import describe_office

    shown = describe_office(office)
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
        return
    table = Table(show_header=False)
    for key, value in shown.items():
        table.add_row(key, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
    Console().print(table)
