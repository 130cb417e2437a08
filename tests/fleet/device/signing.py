"""A centre for tests that need no broker: a key, commands signed with it, and the time told with it."""

import base64
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fleet.device.agent import Agent
from fleet.device.identity import CentreKeys
from fleet.protocol.commands import Command
from fleet.protocol.signed import key_id, sign
from fleet.protocol.timing import TimeAnswer

TENANT, KIOSK = "main", "hall-1"
KEY = Ed25519PrivateKey.generate()
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
CENTRE_KEYS = CentreKeys(keys=(base64.b64encode(KEY.public_key().public_bytes_raw()).decode(),))


def identity_in(folder: Path) -> Path:
    """Enough of an identity to believe this centre."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "centre-keys.json").write_text(CENTRE_KEYS.model_dump_json(), encoding="ascii")
    (folder / "identity.json").write_text("{}", encoding="ascii")
    return folder


def command(now: float, ttl: int = 30, **change: Any) -> Command:
    """A hand-over's acceptance for this kiosk, said at ``now`` (seconds), with what is changed of it."""
    values = {
        "id": "c1",
        "tenant": TENANT,
        "kiosk": KIOSK,
        "name": "handover.accept",
        "at": int(now * 1000),
        "exp": int(now) + ttl,
        "args": {"handover": "h1", "text": "马上就到"},
    }
    return Command.model_validate({**values, **change})


def signed(wanted: Command, key: Ed25519PrivateKey = KEY) -> bytes:
    """The command as it stands on the wire."""
    return sign("command", wanted, key)


def tell_time(agent: Agent, now: float) -> None:
    """Answer an agent's question for the time, as the centre would."""
    agent._time.hurry()
    asked = agent._time.question()
    assert asked is not None
    told = TimeAnswer(nonce=asked.nonce, tenant=TENANT, kiosk=KIOSK, at=int(now * 1000))
    agent.on_message(f"k1/{TENANT}/{KIOSK}/dn/res/{asked.corr}", sign("time", told, KEY))
