"""Everything that says who is who, opened from the data folder: for ``serve``, and for commands beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fleet.server.broker import BrokerFolder, server_account
from fleet.server.broker_address import BrokerAddress, BrokerUrl
from fleet.server.identity.authority import Authority, Pair, utc_now
from fleet.server.identity.endpoints import Endpoints, read_endpoints, write_endpoints
from fleet.server.identity.expulsion import throw_out
from fleet.server.identity.registrar import Registrar
from fleet.server.store import Store


@dataclass(frozen=True, slots=True)
class Office:
    """Authority, endpoints and the broker's folder of one centre."""

    authority: Authority
    endpoints: Endpoints
    broker_folder: BrokerFolder

    @classmethod
    def open(cls, data: Path, tenant: str) -> "Office":
        """What is there, without changing it. Raises FleetError ``centre.damaged``."""
        folder = data / "ca"
        return cls(Authority(folder, tenant), read_endpoints(folder), BrokerFolder(data / "broker"))

    @classmethod
    def found(cls, data: Path, tenant: str, endpoints: Endpoints) -> "Office":
        """The same with everything made that is missing, for these endpoints. Raises FleetError."""
        authority = Authority(data / "ca", tenant)
        authority.ensure()
        write_endpoints(authority.folder, endpoints)
        return cls(authority, endpoints, BrokerFolder(data / "broker"))

    @property
    def broker_url(self) -> BrokerUrl:
        """Where the broker listens."""
        return BrokerUrl.parse(self.endpoints.broker_url)

    @property
    def broker_pair(self) -> Pair:
        """The broker's certificate."""
        return self.authority.server_pair("broker", self.endpoints.names)

    @property
    def centre_pair(self) -> Pair:
        """The certificate of the listener for devices."""
        return self.authority.server_pair("centre", self.endpoints.names)

    def broker_address(self, worker: int = 1) -> BrokerAddress:
        """The broker as the centre's worker goes there."""
        account = server_account(worker)
        pair = self.authority.client_pair(account)
        url = self.broker_url
        return BrokerAddress(url.dialled, url.port, account, self.authority.certificate_file, pair)

    def write_broker_folder(self) -> None:
        """Write the configuration of a broker of our own."""
        self.broker_folder.write(self.broker_url, self.authority, self.broker_pair)

    def renew(self, *, now: bool = False) -> None:
        """Renew the centre's own certificates that are half over, or all of them now; a broker of ours takes them."""
        self.authority.server_pair("broker", self.endpoints.names, renew=now)
        self.authority.server_pair("centre", self.endpoints.names, renew=now)
        self.authority.client_pair(server_account(), renew=now)
        self.broker_folder.reload()

    def registrar(self, store: Store, root: Callable[[], str] = str) -> Registrar:
        """Who gives out claims and certificates; with ``root``, devices learn by what to judge updates."""
        return Registrar(store, self.authority, self.endpoints, self.expel, root)

    def expel(self, kiosk: str) -> None:
        """Let our broker know who is revoked, end the kiosk's connection. Raises FleetError ``broker.expulsion``."""
        self.broker_folder.reload()
        if self.endpoints.own_broker and self.broker_folder.running_pid() is None:
            return
        url = self.broker_url
        throw_out(self.authority, url.dialled, url.port, kiosk)


def describe_office(office: Office) -> dict[str, object]:
    """The authority as operators see it. Raises FleetError ``ca.missing``."""
    authority, endpoints = office.authority, office.endpoints
    certificate = authority.issuer.certificate
    host, port = endpoints.broker
    return {
        "tenant": authority.tenant,
        "fingerprint": authority.fingerprint,
        "until": certificate.not_valid_after_utc.date().isoformat(),
        "names": list(endpoints.names),
        "url": endpoints.url,
        "broker": f"{host}:{port}",
        "revoked": authority.revoked_count,
        "signing_keys": list(authority.signing.public(utc_now())),
    }
