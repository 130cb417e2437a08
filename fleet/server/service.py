"""The centre put together: broker child (if asked), store, ingest, artefacts, views, token."""

import logging
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from fleet.server.broker import SERVER_ACCOUNT, Accounts, Broker
from fleet.server.errors import FleetError
from fleet.server.ingest import BrokerAddress, Ingest
from fleet.server.knowledge import Label, Library, read_label
from fleet.server.settings import ServeOptions, database_url, token_file
from fleet.server.store import Store
from fleet.server.views import Views

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
        self._accounts = Accounts(data / "broker", options.tenant)
        password = self._accounts.server_password
        address = BrokerAddress.parse(
            options.broker_url, SERVER_ACCOUNT, password if options.with_broker or password.exists() else None
        )
        self.broker = Broker(self._accounts, address.port) if options.with_broker else None
        if self.broker is not None:
            self._accounts.write(address.port)
        self.store = Store(database_url(data, options.db))
        self.library = Library(self.store, data / "artefacts", label)
        self.views = Views(self.store)
        self.ingest = Ingest(self.store, self.library, address, options.tenant, self.crashed.set)

    def start(self) -> None:
        """Start the broker child, then the ingest. Raises FleetError when the broker does not start."""
        if self.broker is not None:
            self.broker.start()
        self.ingest.start()

    def stop(self) -> None:
        """Stop in the opposite order."""
        self.ingest.stop()
        if self.broker is not None:
            self.broker.stop()
        self.store.close()


def _make_token(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        token = secrets.token_urlsafe(32)
        file.write(token + "\n")
    return token
