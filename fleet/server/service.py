"""The centre put together: identity, broker child (if asked), store, ingest, updates, views; and a further worker."""

import logging
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends

from fleet.server.attachments import Attachments
from fleet.server.broker import Broker
from fleet.server.broker_address import BrokerUrl
from fleet.server.errors import FleetError
from fleet.server.identity.authority import utc_now
from fleet.server.identity.devices import known_kiosk, make_devices_app
from fleet.server.identity.endpoints import Endpoints, check_names, read_endpoints
from fleet.server.identity.listener import Listener
from fleet.server.identity.office import Office
from fleet.server.identity.upkeep import Upkeep
from fleet.server.ingest import Ingest
from fleet.server.knowledge import Label, Library, read_label
from fleet.server.settings import ServeOptions, database_url, token_file, updates_folder
from fleet.server.store import Store
from fleet.server.updates.http import updates_router
from fleet.server.updates.repository import Repository
from fleet.server.updates.upkeep import UpdatesUpkeep
from fleet.server.views import Views

ATTACHMENTS = "attachments"
"""In the data folder, which workers of one machine share."""

logger = logging.getLogger(__name__)


class Centre:
    """Everything behind the API. ``crashed`` is set when the ingest ended by an error of ours."""

    def __init__(self, options: ServeOptions, label: Callable[[Path], Label] = read_label) -> None:
        """Open the data folder. Raises FleetError with what is wrong and where."""
        data = options.data
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FleetError("data.folder", f"cannot use --data {data}: {error.strerror}") from error
        self.crashed = threading.Event()
        self.token = _make_token(token_file(data))
        self.office = Office.found(data, options.tenant, _endpoints(options))
        self.broker = _broker(self.office) if options.with_broker else None
        self.store = Store(database_url(data, options.db))
        self.updates = Repository(updates_folder(data))
        self.registrar = self.office.registrar(self.store, self._root)
        self.registrar.reconcile()
        self.library = _library(self.store, self.updates, self.office, label)
        self.views = Views(self.store)
        self.attachments = Attachments(data / ATTACHMENTS)
        self.ingest = Ingest(
            self.store,
            self.library,
            self.office.broker_address(),
            options.tenant,
            _key_of(self.office),
            self.attachments,
            self.crashed.set,
            options.keep_days,
        )
        self.devices_app = make_devices_app(self.registrar, self.office.authority)
        """What devices see over HTTPS. Routes may be added to it before ``start``."""
        self.devices_app.include_router(
            updates_router(self.updates.tree), dependencies=[Depends(known_kiosk)]
        )
        self.listener = _listener(self, options) if options.enrol_port else None
        self._upkeep = Upkeep(self._renew)
        self._updates_upkeep = UpdatesUpkeep(self.updates)

    def start(self) -> None:
        """Start the broker child, then ingest and listener. Raises FleetError when one of them cannot listen."""
        if self.broker is not None:
            self.broker.start()
        self.ingest.start()
        if self.listener is not None:
            self.listener.start()
        self._upkeep.start()
        self._updates_upkeep.start()

    def stop(self) -> None:
        """Stop in the opposite order."""
        self._updates_upkeep.stop()
        self._upkeep.stop()
        if self.listener is not None:
            self.listener.stop()
        self.ingest.stop()
        if self.broker is not None:
            self.broker.stop()
        self.store.close()

    def _root(self) -> str:
        return self.updates.trusted_root.read_text(encoding="ascii")

    def _renew(self) -> None:
        self.office.renew()
        self.ingest.reload_certificate()
        if self.listener is not None:
            self.listener.reload_certificate()


class Worker:
    """One further ingest worker, without page and API. ``crashed`` as in ``Centre``."""

    def __init__(self, options: ServeOptions, worker: int) -> None:
        """``worker``: 2 to MAX_WORKERS, another for each. ``options.broker_url`` empty: the centre's.

        Raises FleetError with what is wrong and where.
        """
        self.crashed = threading.Event()
        self._office, self._worker = Office.open(options.data, options.tenant), worker
        address = self._office.broker_address(worker)
        if options.broker_url:
            url = BrokerUrl.parse(options.broker_url)
            address = replace(address, host=url.dialled, port=url.port)
        self.store = Store(database_url(options.data, options.db))
        self.library = _library(self.store, Repository(updates_folder(options.data)), self._office)
        self.ingest = Ingest(
            self.store,
            self.library,
            address,
            options.tenant,
            _key_of(self._office),
            Attachments(options.data / ATTACHMENTS),
            self.crashed.set,
            options.keep_days,
        )
        self._upkeep = Upkeep(self._renew)

    def start(self) -> None:
        """Begin."""
        self.ingest.start()
        self._upkeep.start()

    def stop(self) -> None:
        """Commit what has arrived, and close."""
        self._upkeep.stop()
        self.ingest.stop()
        self.store.close()

    def _renew(self) -> None:
        self._office.broker_address(self._worker)
        self.ingest.reload_certificate()


def _library(
    store: Store, updates: Repository, office: Office, label: Callable[[Path], Label] = read_label
) -> Library:
    return Library(store, updates, office.authority.tenant, _key_of(office), label)


def _key_of(office: Office) -> Callable[[], Ed25519PrivateKey]:
    """Read anew each time: another one takes its turn while the server runs."""
    return lambda: office.authority.signing.current(utc_now())


def _endpoints(options: ServeOptions) -> Endpoints:
    """As asked for now; the names, when none are given, as the last time."""
    given = check_names(options.names) or read_endpoints(options.data / "ca").given
    return Endpoints(
        given=given,
        enrol_port=options.enrol_port or read_endpoints(options.data / "ca").enrol_port,
        broker_url=options.broker_url,
        own_broker=options.with_broker,
    )


def _broker(office: Office) -> Broker:
    office.write_broker_folder()
    return Broker(office.broker_folder, office.broker_url)


def _listener(centre: Centre, options: ServeOptions) -> Listener:
    host = options.enrol_host or (centre.office.broker_url.host if options.with_broker else "127.0.0.1")
    office = centre.office
    return Listener(centre.devices_app, office.authority, office.centre_pair, host, options.enrol_port)


def _make_token(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        token = secrets.token_urlsafe(32)
        file.write(token + "\n")
    return token
