"""Throwing a kiosk's standing connection out of the broker.

A broker looks at certificates when a connection begins only. But it gives the client id to whoever comes last, and
the certificate's name is the client id: the centre connects once under that name, with a certificate for some minutes,
and leaves again. The broker says the old connection's last will, so the kiosk's light goes out.
"""

import tempfile
import threading
from datetime import timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from fleet.server.broker_address import BrokerAddress
from fleet.server.errors import FleetError
from fleet.server.identity.authority import Authority, Pair
from fleet.server.private_file import write_private

_LIFETIME = timedelta(minutes=5)
_TIMEOUT_S = 5.0


def throw_out(authority: Authority, host: str, port: int, kiosk: str) -> None:
    """Take the connection of ``kiosk`` over and end it. Raises FleetError ``broker.expulsion``."""
    with tempfile.TemporaryDirectory(dir=authority.folder) as name:
        pair = Pair(Path(name) / "certificate", Path(name) / "key")
        certificate, key = authority.issue_short_lived(kiosk, _LIFETIME)
        write_private(pair.certificate, certificate)
        write_private(pair.key, key)
        _take_over(BrokerAddress(host, port, kiosk, authority.certificate_file, pair))


def _take_over(address: BrokerAddress) -> None:
    answered = threading.Event()
    refusal = ["no answer"]

    def on_connect(_c: object, _d: object, _f: object, reason: object, _p: object) -> None:
        refusal[0] = "" if not getattr(reason, "is_failure", True) else str(reason)
        answered.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=address.account, protocol=mqtt.MQTTv5)
    client.connect_timeout = _TIMEOUT_S
    client.tls_set_context(address.context())
    client.on_connect = on_connect
    try:
        client.connect(address.host, address.port, clean_start=True)
    except OSError as error:
        raise _failure(address, str(error)) from error
    client.loop_start()
    answered.wait(_TIMEOUT_S)
    client.disconnect()
    client.loop_stop()
    if refusal[0]:
        raise _failure(address, refusal[0])


def _failure(address: BrokerAddress, reason: str) -> FleetError:
    return FleetError(
        "broker.expulsion",
        f"a standing connection of {address.account} was not ended: {address.host}:{address.port}: {reason}; "
        "restart the broker if it runs",
    )
