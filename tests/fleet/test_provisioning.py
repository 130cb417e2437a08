"""From a claim to an identity, with the real listener: the ordinary way, the technician's mistakes, and power cuts."""

import json
import os
import stat
import sys
import threading
from datetime import timedelta
from pathlib import Path

import cv2
import pytest
from cryptography import x509

from fleet.cli import main as fleet_main
from fleet.device import renewal
from fleet.device.errors import IdentityError
from fleet.device.identity import IdentityFiles
from fleet.device.provisioning import provision
from fleet.device.renewal import Renewal, is_due, refresh
from fleet.device.tls import ExpiredPeerError, make_context, trusting
from fleet.protocol.enrolment import Claim, claim_link, read_claim
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Ack
from fleet.protocol.signed import decode_signed, sign
from fleet.server.identity import authority as authority_module
from fleet.server.identity.attempts import Attempts
from fleet.server.identity.authority import utc_now
from fleet.server.service import Centre
from fleet.server.settings import ServeOptions
from tests.fleet.conftest import free_port, label_of_bytes, make_machine
from tests.fleet.waiting import wait_until


@pytest.fixture(scope="module")
def centre(mosquitto, tmp_path_factory):
    """A centre that has made everything by itself at its first start, its broker included."""
    data = tmp_path_factory.mktemp("fresh")
    url = f"mqtts://127.0.0.1:{free_port()}"
    options = ServeOptions(data, broker_url=url, with_broker=True, enrol_port=free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Attempts, "may", lambda *_: True)  # more power cuts than a technician has in a minute
        made = Centre(options, label_of_bytes)
        made.start()
        wait_until(lambda: made.ingest.connected, "link of a centre that was started for the first time")
        yield made
        made.stop()


def claim_for(centre: Centre, kiosk: str) -> Claim:
    return centre.registrar.create_claim(kiosk, 3600)


def test_a_claims_file_and_its_link_lead_to_the_same_kiosk(centre, tmp_path):
    for number, written_as in enumerate((Claim.model_dump_json, claim_link)):
        written = written_as(claim_for(centre, f"way-{number}"))
        files = IdentityFiles(tmp_path / f"identity-{number}")
        done = provision(read_claim(written), files)
        assert done.identity.kiosk == f"way-{number}"
        assert abs(done.clock_off_s or 0) < 60
        assert files.read_certificate().not_valid_after_utc - utc_now() > timedelta(days=365)
    files = IdentityFiles(tmp_path / "identity-0")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files.folder.iterdir()}
    assert modes.pop("claim") == 0o600
    assert modes == dict.fromkeys(
        ("kiosk.key", "kiosk.crt", "ca.pem", "centre-keys.json", "root.json", "identity.json"), 0o600
    )
    assert files.root.read_bytes() == centre.updates.trusted_root.read_bytes()


def test_what_the_centre_signs_is_believed_by_the_kiosk(centre, tmp_path):
    files = IdentityFiles(tmp_path / "identity")
    provision(claim_for(centre, "believes-1"), files)
    said = Ack(boot="b1", lane="tm", seq=7)
    signed = sign("time", said, centre.office.authority.signing.current(utc_now()))
    assert decode_signed("time", Ack, signed, files.centre_keys()) == said


@pytest.mark.parametrize(
    "text", ["", "{}", "https://x/claim", "https://x/claim#k=1", "https://[/claim#", "x" * 20_000]
)
def test_what_is_no_claim_is_said_to_be_none(text):
    with pytest.raises(ProtocolError) as caught:
        read_claim(text)
    assert caught.value.code == "claim.invalid"


def decoded(picture: Path) -> str:
    pixels = cv2.imread(str(picture))
    assert pixels is not None
    return cv2.QRCodeDetector().detectAndDecode(pixels)[0]


def test_the_qr_code_can_be_read_from_its_picture(centre, tmp_path, monkeypatch):
    picture = tmp_path / "claim.png"
    options = ["--kiosk", "qr-1", "--data", centre.office.authority.folder.parent, "--qr", picture]
    monkeypatch.setattr(sys, "argv", ["kiosk-fleet", "claim", "create", *map(str, options)])
    with pytest.raises(SystemExit) as ended:
        fleet_main()
    assert ended.value.code == 0
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    text = decoded(picture)
    files = IdentityFiles(tmp_path / "identity")
    assert provision(read_claim(text), files).identity.kiosk == "qr-1"


def test_a_longest_claim_still_makes_a_code_that_can_be_read(tmp_path):
    import segno

    longest = Claim(
        url="https://" + "c" * 60 + "." + "d" * 60 + ".example:65535",
        fingerprint="f" * 64,
        token="T" * 43,
        kiosk="k" * 32,
        tenant="t" * 32,
        expires=4_000_000_000,
    )
    segno.make(claim_link(longest), error="m", micro=False).save(str(tmp_path / "x.png"), scale=8)
    assert read_claim(decoded(tmp_path / "x.png")) == longest


def test_nobody_at_the_address_is_said_with_the_address(centre, tmp_path):
    nowhere = claim_for(centre, "nowhere-1").model_copy(update={"url": f"https://127.0.0.1:{free_port()}"})
    for claim in (nowhere, nowhere.model_copy(update={"ca": ""})):
        with pytest.raises(IdentityError) as caught:
            provision(claim, IdentityFiles(tmp_path / "identity"))
        assert caught.value.code == "centre.unreachable"
        assert nowhere.url in str(caught.value)


def test_a_claim_that_is_past_its_time_is_said_to_be(centre, tmp_path):
    claim = claim_for(centre, "late-1")
    with centre.store.writing() as tx:
        tx.exec_driver_sql("UPDATE claim SET expires_at = 1 WHERE kiosk = 'late-1'")
    with pytest.raises(IdentityError) as caught:
        provision(claim.model_copy(update={"expires": 1}), IdentityFiles(tmp_path / "identity"))
    assert caught.value.code == "claim.expired"
    assert "kiosk-fleet claim create --kiosk late-1" in str(caught.value)


def test_an_address_that_the_centre_is_not_certified_for_is_said(centre, tmp_path):
    claim = claim_for(centre, "alias-1")
    other = claim.model_copy(update={"url": claim.url.replace("127.0.0.1", "127.0.0.2")})
    with pytest.raises(IdentityError) as caught:
        provision(other, IdentityFiles(tmp_path / "identity"))
    assert caught.value.code in ("centre.other", "centre.unreachable")


def test_a_device_that_believes_in_1970_is_provisioned_and_told_to_set_its_clock(centre, tmp_path):
    done = provision(claim_for(centre, "dawn-1"), IdentityFiles(tmp_path / "identity"), clock=lambda: 1000.0)
    assert done.clock_off_s is not None
    assert done.clock_off_s > 50 * 365 * 86_400


class PowerCut(BaseException):
    """Nothing can catch it."""


def cut(monkeypatch: pytest.MonkeyPatch, at: int, after: bool) -> list[str]:
    """Cut the power at the ``at``-th change of the disk, before or after it; the changes that were made."""
    changes: list[str] = []
    device = threading.get_ident()  # the centre's disk, in the same process, has its power

    def counted(name, change):
        def called(*arguments, **options):
            if threading.get_ident() != device:
                return change(*arguments, **options)
            if len(changes) == at and not after:
                raise PowerCut
            result = change(*arguments, **options)
            changes.append(name)
            if len(changes) == at + 1 and after:
                raise PowerCut
            return result

        return called

    for name in ("rename", "replace", "mkdir"):
        monkeypatch.setattr(Path, name, counted(name, getattr(Path, name)))
    monkeypatch.setattr(os, "open", counted("open", os.open))
    return changes


@pytest.mark.parametrize("before", [False, True], ids=["blank", "a kiosk already"])
def test_a_power_cut_at_any_moment_leaves_a_kiosk_that_can_go_on(centre, tmp_path, before):
    for after in (False, True):
        for at in range(100):
            name = f"cut-{int(before)}{int(after)}-{at}"
            files = IdentityFiles(tmp_path / name)
            if before:
                provision(claim_for(centre, f"{name}-old"), files)
            claim = claim_for(centre, name)
            ended = False
            with pytest.MonkeyPatch.context() as patch:
                cut(patch, at, after)
                try:
                    provision(claim, files)
                    ended = True
                except PowerCut:
                    pass
            if before:
                if files.present:
                    make_context(files)
                # A cut between the two renames leaves the old one beside its place; the next run goes on from there.
                assert files.present or files.folder.with_name(name + ".old").exists()
            done = provision(claim, files)
            assert done.identity.kiosk == name
            make_context(files)
            assert not files.staging.exists()
            if ended:
                break
        else:
            pytest.fail("it never came to an end")
        assert at > 15, "the power was hardly ever cut"


def test_who_asks_again_with_the_same_key_gets_the_same_certificate(centre, tmp_path):
    claim = claim_for(centre, "again-1")
    files = IdentityFiles(tmp_path / "identity")
    provision(claim, files)
    first = files.read_certificate().serial_number
    (files.folder / "identity.json").unlink()
    files.folder.rename(files.staging)
    provision(claim, files)
    assert files.read_certificate().serial_number == first


def test_a_certificate_half_over_is_renewed_and_the_broker_takes_the_new_one(centre, tmp_path, monkeypatch):
    files = IdentityFiles(tmp_path / "identity")
    provision(claim_for(centre, "renewed-1"), files)
    first = files.read_certificate()
    assert not refresh(files)
    assert files.read_certificate() == first
    monkeypatch.setattr(renewal, "is_due", lambda certificate, at: True)
    assert refresh(files)
    second = files.read_certificate()
    assert second.serial_number != first.serial_number
    assert second.public_key() == first.public_key()
    make_context(files)


def test_half_of_a_life_is_by_the_centres_clock():
    machine_time = utc_now()

    class Certificate:
        not_valid_before_utc = machine_time
        not_valid_after_utc = machine_time + timedelta(days=730)

    certificate = Certificate()
    assert not is_due(certificate, machine_time + timedelta(days=364))  # type: ignore[arg-type]
    assert is_due(certificate, machine_time + timedelta(days=366))  # type: ignore[arg-type]


def test_new_keys_of_the_centre_reach_the_kiosk_with_the_next_look(centre, tmp_path):
    files = IdentityFiles(tmp_path / "identity")
    provision(claim_for(centre, "keys-1"), files)
    before = set(files.centre_keys())
    made = centre.office.authority.signing.add(utc_now())
    looked = Renewal(files, pause=lambda low, high: 0.0 if low < 100 else 3600.0)
    looked.start()
    wait_until(lambda: set(files.centre_keys()) == before | {made}, "the new key")
    looked.stop()


def test_a_server_whose_certificate_ran_out_before_our_own_began_is_refused(tmp_path, monkeypatch):
    """OpenSSL looks at no time here; what our own certificate proves to be past is looked at by ourselves."""
    import socket

    from fleet.server.identity.tls import listener_context

    machine = make_machine(tmp_path)
    long_ago = utc_now() - timedelta(days=800)
    monkeypatch.setattr(authority_module, "utc_now", lambda: long_ago)
    pair = machine.office.authority.server_pair("old", ["127.0.0.1"])
    monkeypatch.undo()
    server = listener_context(machine.office.authority, pair)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            try:
                server.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    address = listening.getsockname()
    now = make_context(IdentityFiles(machine.identity("now-1")))
    with socket.create_connection(address, 10) as raw, pytest.raises(ExpiredPeerError):
        now.wrap_socket(raw, server_hostname="127.0.0.1")
    then = trusting(machine.office.authority.certificate_pem, long_ago)
    with socket.create_connection(address, 10) as raw:
        then.wrap_socket(raw, server_hostname="127.0.0.1").close()
    thread.join(10)
    listening.close()


def test_the_serials_are_hard_to_guess(centre):
    certificate = x509.load_pem_x509_certificate(centre.office.centre_pair.certificate.read_bytes())
    assert certificate.serial_number.bit_length() > 64


def test_the_claim_as_a_machine_reads_it(centre, tmp_path, monkeypatch, capsys):
    out = tmp_path / "x.claim"
    options = ["--data", centre.office.authority.folder.parent, "--out", out, "--json", "--expires", "30m"]
    monkeypatch.setattr(sys, "argv", ["kiosk-fleet", "claim", "create", *map(str, options)])
    with pytest.raises(SystemExit) as ended:
        fleet_main()
    assert ended.value.code == 0
    document = json.loads(capsys.readouterr().out)
    assert read_claim(out.read_text()) == Claim.model_validate(document["claim"])
    assert read_claim(document["link"]).token == document["claim"]["token"]
    assert document["kiosk"].startswith("kiosk-")
