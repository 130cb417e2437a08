"""Signed messages: only the whole message of a trusted key, for its own purpose, is taken."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fleet.protocol.commands import Command
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Ack
from fleet.protocol.signed import decode_signed, key_id, sign

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
COMMAND = Command(id="c1", tenant="main", kiosk="hall-1", name="restart", at=1, exp=1_800_000_000)
PAYLOAD = sign("command", COMMAND, KEY)


def code_of(purpose, model, payload):
    with pytest.raises(ProtocolError) as refused:
        decode_signed(purpose, model, payload, KEYS)
    return refused.value.code


def test_a_signed_message_comes_back_whole():
    assert decode_signed("command", Command, PAYLOAD, KEYS) == COMMAND


def test_a_message_of_another_key_is_refused():
    assert code_of("command", Command, sign("command", COMMAND, OTHER)) == "signed.key"


def test_another_key_cannot_use_a_trusted_ones_name():
    mine, theirs = key_id(KEY.public_key()), key_id(OTHER.public_key())
    forged = sign("command", COMMAND, OTHER).replace(theirs.encode(), mine.encode())
    assert code_of("command", Command, forged) == "signed.signature"


def test_what_was_signed_for_one_purpose_does_not_pass_for_another():
    assert code_of("desired", Command, PAYLOAD) == "signed.signature"


def test_what_was_signed_as_one_message_does_not_pass_for_another():
    assert code_of("command", Ack, PAYLOAD) == "message.invalid"


def test_a_changed_body_is_refused():
    assert code_of("command", Command, PAYLOAD.replace(b"restart", b"hold-up")) == "signed.signature"


@given(st.integers(0, len(PAYLOAD) - 1), st.integers(0, 255))
def test_no_changed_byte_passes(place, value):
    changed = bytearray(PAYLOAD)
    changed[place] = value
    if bytes(changed) == PAYLOAD:
        return
    with pytest.raises(ProtocolError):
        decode_signed("command", Command, bytes(changed), KEYS)


@given(st.binary(max_size=2048))
def test_any_bytes_are_refused_in_order(payload):
    with pytest.raises(ProtocolError):
        decode_signed("command", Command, payload, KEYS)
