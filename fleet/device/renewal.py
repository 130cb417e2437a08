"""Once a day a kiosk asks its centre what it should know of it: new keys, another address, and in time a certificate.

By the centre's clock, not its own: the next certificate is asked for when half of the present one's life is over.
"""

import logging
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography import x509

from fleet.device.centre_api import CentreApi
from fleet.device.credentials import check_certificate, ensure_key, request_for
from fleet.device.errors import AgentError, IdentityError
from fleet.device.identity import CentreKeys, Identity, IdentityFiles, write_whole
from fleet.device.tls import make_context
from fleet.protocol.enrolment import IDENTITY_PATH, RENEW_PATH, Enrolled, RenewRequest

logger = logging.getLogger(__name__)

_FIRST_S = (60.0, 3600.0)  # a whole city switched on at one moment must not ask at one moment
_AGAIN_S = (64_800.0, 108_000.0)
_RETRY_S = (1800.0, 7200.0)
_FAREWELL_S = 2.0


def is_due(certificate: x509.Certificate, at: datetime) -> bool:
    """Half of the certificate's life is over at ``at``."""
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return at >= begin + (end - begin) / 2


def refresh(files: IdentityFiles) -> bool:
    """Ask once, and keep what is new; True when there is a new certificate. Raises IdentityError, OSError."""
    present = files.identity()
    api = CentreApi(present.url, make_context(files))
    try:
        told = api.get(IDENTITY_PATH)
        due = is_due(files.read_certificate(), datetime.fromtimestamp(told.at, UTC))
        if due:
            key = ensure_key(files)
            told = api.post(RENEW_PATH, RenewRequest(request=request_for(key)))
            authority = files.authority.read_text(encoding="ascii")
            check_certificate(told.certificate, key, authority, present.kiosk, present.tenant)
            files.write_certificate(told.certificate)
    finally:
        api.close()
    _keep(files, present, told)
    return due


class Renewal:
    """The thread that does it. A kiosk whose centre is away goes on with what it has."""

    def __init__(self, files: IdentityFiles, pause: Callable[[float, float], float] = random.uniform) -> None:
        self._files = files
        self._pause = pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-identity", daemon=True)

    def start(self) -> None:
        """Begin; the first look is within the hour."""
        self._thread.start()

    def stop(self) -> None:
        """End. A conversation under way is not waited for long: each file is written whole or not at all."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_FAREWELL_S)

    def _run(self) -> None:
        wait = self._pause(*_FIRST_S)
        while not self._stopping.wait(wait):
            wait = self._pause(*_AGAIN_S)
            try:
                if refresh(self._files):
                    logger.info("this kiosk has a new certificate")
            except (AgentError, OSError) as error:
                logger.warning("the centre was not asked about this kiosk's identity: %s", error)
                wait = self._pause(*_RETRY_S)


def _keep(files: IdentityFiles, present: Identity, told: Enrolled) -> None:
    if (told.kiosk, told.tenant) != (present.kiosk, present.tenant):
        raise IdentityError("centre.answer", "the centre has answered for another kiosk")
    if told.root and not files.root.exists():
        # Of one that was provisioned before there were signed updates. A root that is there follows only itself.
        write_whole(files.root, told.root.encode())
    update = {"broker_host": told.broker_host, "broker_port": told.broker_port, "url": told.url}
    keys = CentreKeys(keys=told.keys)
    if present.model_copy(update=update) != present or keys != files.read_centre_keys():
        files.write_centre(present.model_copy(update=update), keys)
