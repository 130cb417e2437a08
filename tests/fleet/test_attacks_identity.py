"""Attacks on who is who, each against the real broker or the real HTTPS listener: all of them fail."""

import contextlib
import http.client
import json
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import paho.mqtt.client as mqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from fleet.device.credentials import request_for
from fleet.device.errors import IdentityError
from fleet.device.identity import IdentityFiles, write_whole
from fleet.device.provisioning import provision
from fleet.device.tls import make_context
from fleet.protocol.enrolment import (
    ENROL_PATH,
    IDENTITY_PATH,
    MAX_ENROLMENT_BYTES,
    RENEW_PATH,
    Claim,
    claim_link,
)
from fleet.server.broker import SERVER_ACCOUNT
from fleet.server.errors import FleetError
from fleet.server.identity.attempts import Attempts
from fleet.server.identity.authority import Authority, utc_now
from fleet.server.identity.certificates import client_certificate, new_key, server_certificate
from fleet.server.identity.requests import read_request
from fleet.server.identity.tls import client_context
from fleet.server.service import Centre
from fleet.server.settings import ServeOptions
from tests.fleet.conftest import Machine, free_port, label_of_bytes
from tests.fleet.hostility import LIMIT_S, hostile
from tests.fleet.server.test_broker import Client
from tests.fleet.waiting import wait_until

PEM = serialization.Encoding.PEM


@dataclass
class Enrolling:
    """A centre with its listener for devices."""

    centre: Centre
    port: int

    def claim(self, kiosk: str, lifetime_s: int = 3600) -> Claim:
        return self.centre.registrar.create_claim(kiosk, lifetime_s)

    def ask(
        self, method: str, path: str, body: bytes = b"", context: ssl.SSLContext | None = None
    ) -> tuple[int, dict[str, str]]:
        """One request as any program could make it: status and document."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=context or self.trusting()
        )
        try:
            connection.request(method, path, body or None)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def enrol(self, token: str, request: str) -> tuple[int, dict[str, str]]:
        return self.ask("POST", ENROL_PATH, json.dumps({"token": token, "request": request}).encode())

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.centre.office.authority.certificate_file))


@pytest.fixture(scope="module")
def enrolling(machine, tmp_path_factory):
    """One centre for all attacks; attempts are not counted, but for the test that counts them."""
    port, folder = free_port(), tmp_path_factory.mktemp("enrolling")
    options = ServeOptions(machine.data, f"sqlite:///{folder}/fleet.sqlite", machine.url, enrol_port=port)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Attempts, "may", lambda *_: True)
        centre = Centre(options, label_of_bytes)
        centre.start()
        yield Enrolling(centre, port)
        centre.stop()


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def shown(folder: Path, machine: Machine, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey):
    """TLS that trusts the machine's authority and shows this certificate."""
    folder.mkdir(parents=True, exist_ok=True)
    pair = SimpleNamespace(certificate=folder / "crt", key=folder / "key")
    pair.certificate.write_bytes(certificate.public_bytes(PEM))
    pair.key.write_bytes(key_pem(key))
    return client_context(machine.office.authority.certificate_file, pair)  # type: ignore[arg-type]


def refusal_of(port: int, context: ssl.SSLContext, session: ssl.SSLSession | None = None) -> str:
    """How the broker ends a connection that says CONNECT."""
    connect = bytes.fromhex("100d00044d5154540402003c000178")
    try:
        with (
            socket.create_connection(("127.0.0.1", port), 10) as raw,
            context.wrap_socket(raw, server_hostname="127.0.0.1", session=session) as connection,
        ):
            # With TLS 1.3 the refusal comes after the handshake, and is lost to who writes into it.
            connection.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                connection.recv(1)
            connection.settimeout(10)
            connection.sendall(connect)
            return "let in" if connection.recv(4)[:2] == b"\x20\x02" else "closed"
    except ssl.SSLError as error:
        return error.reason or str(error)
    except ConnectionError:
        return "closed"


# --- the broker ----------------------------------------------------------------------------------------------


def test_a_client_without_tls_gets_no_word(machine):
    with socket.create_connection(("127.0.0.1", machine.port), 10) as raw:
        raw.sendall(bytes.fromhex("100d00044d5154540402003c000178"))
        raw.settimeout(10)
        try:
            answer = raw.recv(64)
        except ConnectionError:
            answer = b""
    assert answer[:1] not in (b"\x20", b"\x10")  # neither CONNACK nor anything else of MQTT


def test_a_client_without_a_certificate_is_turned_away(machine):
    context = ssl.create_default_context(cafile=str(machine.office.authority.certificate_file))
    assert "CERTIFICATE_REQUIRED" in refusal_of(machine.port, context)


def test_tls_older_than_1_2_is_turned_away(machine):
    context = make_context(IdentityFiles(machine.identity("old-tls")))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert "let in" not in refusal_of(machine.port, context)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert refusal_of(machine.port, context) == "let in"


def test_a_certificate_of_another_centre_is_turned_away(machine, tmp_path):
    other = Authority(tmp_path / "other", "main")
    other.ensure()
    key = new_key()
    context = shown(tmp_path, machine, other.issue_kiosk("acl-a", key.public_key()), key)
    assert "UNKNOWN_CA" in refusal_of(machine.port, context)


def test_a_certificate_that_has_run_out_is_turned_away(machine, tmp_path):
    key = new_key()
    issuer, long_ago = machine.office.authority.issuer, utc_now() - timedelta(days=800)
    certificate = client_certificate(issuer, key.public_key(), "acl-a", long_ago)
    assert "CERTIFICATE_EXPIRED" in refusal_of(machine.port, shown(tmp_path, machine, certificate, key))


def test_a_servers_certificate_is_no_kiosks(machine, tmp_path):
    key = new_key()
    certificate = server_certificate(machine.office.authority.issuer, key.public_key(), ["x"], utc_now())
    assert "UNSUPPORTED_CERTIFICATE" in refusal_of(machine.port, shown(tmp_path, machine, certificate, key))


def test_the_user_name_that_a_client_gives_counts_for_nothing(machine):
    """It is the certificate's name, whatever CONNECT says: here that of the server."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=SERVER_ACCOUNT, protocol=mqtt.MQTTv5)
    client.tls_set_context(make_context(IdentityFiles(machine.identity("liar"))))
    client.username_pw_set(SERVER_ACCOUNT, "anything")
    reasons: list[int] = []
    client.on_publish = lambda _c, _d, _m, reason, _p: reasons.append(reason.value)
    client.connect("127.0.0.1", machine.port)
    client.loop_start()
    wait_until(client.is_connected, "connection")
    for topic in ("k1/main/srv/state", "k1/main/acl-b/up/tm", "k1/main/liar/up/tm"):
        client.publish(topic, b"x", qos=1)
    wait_until(lambda: len(reasons) == 3, "the broker's answers")
    assert sorted(reasons)[-2:] == [0x87, 0x87]  # not authorised
    client.disconnect()
    client.loop_stop()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_revoked_certificate_is_turned_away_also_where_a_session_is_resumed(machine, version):
    name = f"revoked-{version.name.lower().replace('_', '-')}"
    files = IdentityFiles(machine.identity(name))
    context = make_context(files)
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", machine.port), 10) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as first,
    ):
        first.sendall(bytes.fromhex("100d00044d5154540402003c000178"))
        assert first.recv(4)[:1] == b"\x20"
        session = first.session
    machine.office.authority.revoke([files.read_certificate().serial_number])
    machine.office.expel(name)
    assert "CERTIFICATE_REVOKED" in refusal_of(machine.port, context)
    assert "let in" not in refusal_of(machine.port, context, session)


def test_a_revoked_kiosk_that_is_connected_is_thrown_out_and_its_light_goes_off(
    machine, enrolling, make_kiosk, tmp_path, monkeypatch
):
    monkeypatch.setattr("fleet.device.link.retry_delay", lambda failures: 0.2)
    name = "thrown-out"
    provision(enrolling.claim(name), IdentityFiles(machine.data / "kiosks" / name))
    kiosk = make_kiosk(machine, name)
    kiosk.agent.start()

    def light() -> str:
        return next((view.light for view in enrolling.centre.views.kiosks(True) if view.id == name), "")

    wait_until(lambda: light() == "online", "online light")
    serials, problem = enrolling.centre.registrar.revoke(name)
    assert (len(serials), problem) == (1, "")
    wait_until(lambda: not kiosk.agent.connected, "end of the connection")
    wait_until(lambda: light() == "offline", "offline light")
    other = make_kiosk(machine)
    other.agent.start()
    wait_until(lambda: other.agent.connected, "a kiosk that is as good as before")
    assert not kiosk.agent.connected


# --- the listener for devices --------------------------------------------------------------------------------


def test_a_claim_makes_a_kiosk_once(enrolling, tmp_path):
    claim = enrolling.claim("once-1")
    provision(claim, IdentityFiles(tmp_path / "first"))
    with pytest.raises(IdentityError) as caught:
        provision(claim, IdentityFiles(tmp_path / "second"))
    assert caught.value.code == "claim.refused"
    assert not (tmp_path / "second").exists()


def test_whoever_asks_with_a_bad_claim_does_not_learn_why_and_the_log_does(enrolling, tmp_path, caplog):
    store = enrolling.centre.store
    used, expired, withdrawn = (enrolling.claim(f"bad-{number}") for number in range(3))
    provision(used, IdentityFiles(tmp_path / "identity"))
    with store.writing() as tx:
        tx.exec_driver_sql("UPDATE claim SET expires_at = 1 WHERE kiosk = 'bad-1'")
    assert enrolling.centre.registrar.revoke_claims("bad-2") == 1
    request = request_for(new_key())
    tokens = (used.token, expired.token, withdrawn.token, "A" * 43)
    answers = [enrolling.enrol(token, request) for token in tokens]
    assert {json.dumps(answer) for answer in answers} == {json.dumps(answers[0])}
    assert answers[0][0] == 403
    for code in ("claim.used", "claim.expired", "claim.revoked", "claim.unknown"):
        assert code in caplog.text
    for token in tokens:
        assert token not in caplog.text


def test_of_two_devices_with_one_claim_one_wins(enrolling):
    claim = enrolling.claim("race-1")
    requests = [request_for(new_key()) for _ in range(8)]
    together, answers = threading.Barrier(len(requests)), []

    def enrol(request: str) -> None:
        together.wait(20)
        answers.append(enrolling.enrol(claim.token, request)[0])

    threads = [threading.Thread(target=enrol, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [403] * 7


def test_the_device_that_was_replaced_is_no_longer_the_kiosk(machine, enrolling, tmp_path):
    old, new = IdentityFiles(tmp_path / "old"), IdentityFiles(tmp_path / "new")
    provision(enrolling.claim("replaced-1"), old)
    standing = Client(machine.port, make_context(old))
    assert standing.connected.wait(10)
    dropped = threading.Event()
    standing.mqtt.on_disconnect = lambda *_: dropped.set()
    provision(enrolling.claim("replaced-1"), new)
    assert dropped.wait(10)
    standing.close()
    assert "CERTIFICATE_REVOKED" in refusal_of(machine.port, make_context(old))
    assert refusal_of(machine.port, make_context(new)) == "let in"
    assert enrolling.ask("GET", IDENTITY_PATH, context=make_context(old))[0] == 401
    assert enrolling.ask("GET", IDENTITY_PATH, context=make_context(new))[0] == 200


def test_a_claim_of_another_centre_tells_this_one_nothing(enrolling, tmp_path):
    other = Authority(tmp_path / "other", "main")
    other.ensure()
    mine = enrolling.claim("stranger-1")
    forged = mine.model_copy(update={"ca": other.certificate_pem, "fingerprint": other.fingerprint})
    link = forged.model_copy(update={"ca": ""})
    for claim in (forged, link):
        with pytest.raises(IdentityError) as caught:
            provision(claim, IdentityFiles(tmp_path / "identity"))
        assert caught.value.code == "centre.other"
        assert "not the centre of this claim" in str(caught.value)
    provision(mine, IdentityFiles(tmp_path / "identity"))  # its token was told to nobody


def test_a_claim_whose_certificate_was_exchanged_is_refused(enrolling, tmp_path):
    other = Authority(tmp_path / "other", "main")
    other.ensure()
    forged = enrolling.claim("exchanged-1").model_copy(update={"ca": other.certificate_pem})
    with pytest.raises(IdentityError) as caught:
        provision(forged, IdentityFiles(tmp_path / "identity"))
    assert caught.value.code == "claim.invalid"


def test_an_oversized_body_is_refused_before_it_is_read(enrolling):
    status, document = enrolling.ask("POST", ENROL_PATH, b"x" * (MAX_ENROLMENT_BYTES + 1))
    assert (status, document["code"]) == (413, "body.size")


def test_a_name_that_a_request_smuggles_in_is_not_looked_at(enrolling):
    """Common name, organisation, extensions: all of the request's own inventions are left out."""
    key = new_key()
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, SERVER_ACCOUNT),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "other"),
            ]
        )
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=3), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("centre")]), critical=False)
    request = builder.sign(key, hashes.SHA256()).public_bytes(PEM).decode()
    status, document = enrolling.enrol(enrolling.claim("smuggler-1").token, request)
    assert status == 200
    issued = x509.load_pem_x509_certificate(document["certificate"].encode())
    assert {item.oid: item.value for item in issued.subject} == {
        NameOID.COMMON_NAME: "smuggler-1",
        NameOID.ORGANIZATION_NAME: "main",
    }
    assert not issued.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = issued.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        issued.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert issued.not_valid_after_utc - utc_now() < timedelta(days=731)


def request_of(key: object, algorithm: object = hashes.SHA256()) -> str:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, algorithm).public_bytes(PEM).decode()  # type: ignore[arg-type]


def test_requests_for_other_keys_and_unproved_ones_use_no_claim_up(enrolling):
    claim = enrolling.claim("picky-1")
    sound = x509.load_pem_x509_csr(request_for(new_key()).encode()).public_bytes(serialization.Encoding.DER)
    broken = sound[:-1] + bytes([sound[-1] ^ 1])
    bad = {
        request_of(ec.generate_private_key(ec.SECP384R1())): "request.key",
        request_of(rsa.generate_private_key(65537, 2048)): "request.key",
        ssl.DER_cert_to_PEM_cert(broken).replace("CERTIFICATE", "CERTIFICATE REQUEST"): "request.signature",
        request_of(new_key(), hashes.SHA512()): "request.signature",
        "-----BEGIN CERTIFICATE REQUEST-----": "request.invalid",
    }
    for request, code in bad.items():
        status, document = enrolling.enrol(claim.token, request)
        assert (status, document["code"]) == (422, code)
    huge = request_of(rsa.generate_private_key(65537, 2048)) + "\n" * 5000
    assert enrolling.enrol(claim.token, huge)[0] == 413
    assert enrolling.enrol(claim.token, request_for(new_key()))[0] == 200


_SOUND = x509.load_pem_x509_csr(request_for(new_key()).encode()).public_bytes(serialization.Encoding.DER)


@pytest.mark.hostile
@pytest.mark.timeout(LIMIT_S)
@hostile
@given(st.data())
def test_a_request_of_any_bytes_is_refused_in_order(data):
    der = bytearray(_SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(der) - 1))
        der[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    made = data.draw(st.sampled_from([bytes(der), data.draw(st.binary(max_size=300))]))
    pem = ssl.DER_cert_to_PEM_cert(made).replace("CERTIFICATE", "CERTIFICATE REQUEST")
    text = data.draw(st.one_of(st.just(pem), st.text(max_size=200)))
    try:
        read_request(text)
    except FleetError as error:
        assert error.code in ("request.invalid", "request.key", "request.signature")
    else:
        assert made == _SOUND


@pytest.mark.hostile
@pytest.mark.timeout(LIMIT_S)
@hostile
@given(body=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_any_body_is_answered_in_order(enrolling, body):
    status, document = enrolling.ask("POST", ENROL_PATH, body)
    assert status in (422, 413)
    assert document["code"] in ("message.invalid", "message.size")


def test_what_takes_a_certificate_takes_no_other(machine, enrolling, tmp_path):
    assert enrolling.ask("GET", IDENTITY_PATH)[0] == 401
    assert enrolling.ask("POST", RENEW_PATH, b"{}")[0] == 401
    authority, key = machine.office.authority, new_key()
    server = client_certificate(authority.issuer, key.public_key(), SERVER_ACCOUNT, utc_now())
    assert enrolling.ask("GET", IDENTITY_PATH, context=shown(tmp_path / "a", machine, server, key))[0] == 401
    other = Authority(tmp_path / "other", "main")
    other.ensure()
    stranger = shown(tmp_path / "b", machine, other.issue_kiosk("acl-a", key.public_key()), key)
    with pytest.raises(OSError):  # the handshake is broken off
        enrolling.ask("GET", IDENTITY_PATH, context=stranger)


def test_a_certificate_is_renewed_for_its_own_key_only(enrolling, tmp_path):
    files = IdentityFiles(tmp_path / "identity")
    provision(enrolling.claim("renewing-1"), files)
    body = json.dumps({"request": request_for(new_key())}).encode()
    status, document = enrolling.ask("POST", RENEW_PATH, body, make_context(files))
    assert (status, document["code"]) == (403, "request.other")


def test_a_header_does_not_make_a_kiosk(enrolling):
    connection = http.client.HTTPSConnection("127.0.0.1", enrolling.port, context=enrolling.trusting())
    forged = {"X-Forwarded-For": "127.0.0.1", "X-Client-Cert": "anything", "X-SSL-Client-CN": "acl-a"}
    connection.request("GET", IDENTITY_PATH, headers=forged)
    assert connection.getresponse().status == 401
    connection.close()


def test_the_secret_of_a_link_stands_where_no_browser_sends_it(enrolling):
    claim = enrolling.claim("link-1")
    before, _, fragment = claim_link(claim).partition("#")
    assert claim.token not in before
    assert claim.token in fragment


def test_only_hashes_of_claims_are_in_the_database(enrolling):
    claim = enrolling.claim("hashed-1")
    with enrolling.centre.store.reading() as tx:
        rows = tx.exec_driver_sql("SELECT * FROM claim").fetchall()
    assert claim.token not in repr(rows)


def test_a_key_is_private_from_its_first_moment(tmp_path):
    write_whole(tmp_path / "secret", b"x")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
