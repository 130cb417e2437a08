"""Claims and certificates in the database: once, in time, for one device."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from fleet.device.credentials import request_for
from fleet.protocol.enrolment import Claim, EnrolRequest
from fleet.protocol.errors import ProtocolError
from fleet.server.errors import FleetError
from fleet.server.identity import tables
from fleet.server.identity.authority import Authority
from fleet.server.identity.certificates import new_key
from fleet.server.identity.endpoints import Endpoints
from fleet.server.identity.registrar import Registrar
from fleet.server.store import Store

HOUR_S = 3600


@pytest.fixture
def expelled() -> list[str]:
    """Who was thrown out."""
    return []


@pytest.fixture
def registrar(store: Store, tmp_path: Path, expelled: list[str]) -> Registrar:
    """A registrar with an authority of its own; nobody is connected anywhere."""
    authority = Authority(tmp_path / "ca", "main")
    authority.ensure()
    return Registrar(store, authority, Endpoints(), expelled.append)


def enrolment(claim: Claim) -> EnrolRequest:
    return EnrolRequest(token=claim.token, request=request_for(new_key()))


def code_of(registrar: Registrar, request: EnrolRequest) -> str:
    try:
        registrar.enrol(request)
    except FleetError as error:
        return error.code
    return ""


def test_of_devices_that_ask_at_one_moment_one_gets_the_certificate(registrar, store):
    requests = [enrolment(claim) for claim in [registrar.create_claim("race-1", HOUR_S)] for _ in range(8)]
    together, codes = threading.Barrier(len(requests)), []

    def ask(request: EnrolRequest) -> None:
        together.wait(20)
        codes.append(code_of(registrar, request))

    threads = [threading.Thread(target=ask, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [""] + ["claim.used"] * 7
    with store.reading() as tx:
        assert len(tx.execute(select(tables.certificate)).all()) == 1


def test_the_device_that_used_a_claim_may_ask_again_until_it_expires(registrar, store, expelled):
    request = enrolment(registrar.create_claim("again-1", HOUR_S))
    first = registrar.enrol(request)
    assert registrar.enrol(request).certificate == first.certificate
    assert expelled == []
    with store.writing() as tx:
        tx.execute(tables.claim.update().values(expires_at=1))
    assert code_of(registrar, request) == "claim.expired"


def test_a_new_claim_ends_the_ones_before_it(registrar):
    first, second = registrar.create_claim("twice-1", HOUR_S), registrar.create_claim("twice-1", HOUR_S)
    assert code_of(registrar, enrolment(first)) == "claim.revoked"
    assert code_of(registrar, enrolment(second)) == ""
    assert {view.state for view in registrar.claims()} == {"revoked", "used"}


def test_the_device_before_is_revoked_and_thrown_out_when_another_becomes_the_kiosk(
    registrar, tmp_path, expelled
):
    registrar.enrol(enrolment(registrar.create_claim("replaced-1", HOUR_S)))
    assert expelled == []
    registrar.enrol(enrolment(registrar.create_claim("replaced-1", HOUR_S)))
    assert expelled == ["replaced-1"]
    assert Authority(tmp_path / "ca", "main").revoked_count == 1


def test_a_revoked_kiosks_claim_gives_its_certificate_back_to_nobody(registrar, expelled):
    request = enrolment(registrar.create_claim("gone-1", HOUR_S))
    registrar.enrol(request)
    serials, problem = registrar.revoke("gone-1")
    assert (len(serials), problem, expelled) == (1, "", ["gone-1"])
    assert code_of(registrar, request) == "claim.used"
    assert registrar.revoke("gone-1") == ([], "")


def test_a_revocation_that_a_power_cut_kept_from_the_list_is_on_it_after_the_next_start(
    registrar, store, tmp_path
):
    registrar.enrol(enrolment(registrar.create_claim("cut-1", HOUR_S)))
    with store.writing() as tx:
        tx.execute(tables.certificate.update().values(revoked_at=1))
    assert Authority(tmp_path / "ca", "main").revoked_count == 0
    registrar.reconcile()
    assert Authority(tmp_path / "ca", "main").revoked_count == 1


def test_a_claim_is_for_a_name_that_may_be_a_kiosks(registrar):
    for name in ("_server", "Hall", "a/b", "", "#"):
        with pytest.raises(ProtocolError):
            registrar.create_claim(name, HOUR_S)
