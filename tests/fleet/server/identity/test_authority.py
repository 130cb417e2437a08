"""The authority's folder: made once, never quietly made anew, renewed in time, and its list of revoked certificates."""

import stat
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509

from fleet.server.errors import FleetError
from fleet.server.identity import authority as module
from fleet.server.identity.authority import Authority, utc_now
from fleet.server.identity.certificates import alternative_names, new_key
from fleet.server.identity.export import export_broker
from fleet.server.identity.signing import ANNOUNCED, RETIRED, SigningKeys

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """A new authority."""
    made = Authority(tmp_path / "ca", "main")
    assert made.ensure()
    return made


def list_of(authority: Authority) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(authority.revocation_file.read_bytes())


def test_an_authority_is_made_once(authority):
    fingerprint = authority.fingerprint
    again = Authority(authority.folder, "main")
    assert not again.ensure()
    assert again.fingerprint == fingerprint
    assert stat.S_IMODE((authority.folder / "ca.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "code"), [("ca.key", "ca.damaged"), ("crl.pem", "ca.damaged"), ("ca.pem", "")]
)
def test_a_file_that_is_gone_is_never_quietly_made_anew(authority, name, code):
    fingerprint = authority.fingerprint
    (authority.folder / name).unlink()
    again = Authority(authority.folder, "main")
    if not code:  # it is in the key's file, too
        assert not again.ensure()
        assert again.fingerprint == fingerprint
        assert again.certificate_file.exists()
        return
    with pytest.raises(FleetError) as caught:
        again.ensure()
    assert caught.value.code == code


@pytest.mark.parametrize("left", [["ca.key"], ["ca.key", "crl.pem"]])
def test_a_first_start_that_was_interrupted_is_finished_by_the_next(authority, left):
    for path in authority.folder.iterdir():
        if path.name not in left and path.is_file():
            path.unlink()
    again = Authority(authority.folder, "main")
    again.ensure()
    assert again.revoked_count == 0
    assert again.fingerprint == authority.fingerprint


def test_another_tenants_authority_is_refused(authority):
    with pytest.raises(FleetError) as caught:
        Authority(authority.folder, "other").ensure()
    assert caught.value.code == "ca.tenant"
    assert "--tenant main" in str(caught.value)


def test_a_servers_certificate_stays_until_its_names_change_or_half_of_it_is_over(authority, monkeypatch):
    pair = authority.server_pair("broker", ["centre.example", "192.0.2.7"])
    first = pair.certificate.read_bytes()
    names = set(alternative_names(x509.load_pem_x509_certificate(first)))
    assert names == {"centre.example", "192.0.2.7", "localhost", "127.0.0.1", "::1"}
    authority.server_pair("broker", ["centre.example", "192.0.2.7"])
    assert pair.certificate.read_bytes() == first
    authority.server_pair("broker", ["other.example"])
    second = pair.certificate.read_bytes()
    assert second != first
    later = utc_now() + timedelta(days=366)
    monkeypatch.setattr(module, "utc_now", lambda: later)
    authority.server_pair("broker", ["other.example"])
    assert pair.certificate.read_bytes() != second


def test_a_pair_that_does_not_belong_together_is_made_anew(authority):
    pair = authority.server_pair("broker", ["x"])
    pair.key.write_bytes(authority.client_pair("_server").key.read_bytes())
    before = pair.certificate.read_bytes()
    authority.server_pair("broker", ["x"])
    assert pair.certificate.read_bytes() != before


def test_each_list_is_younger_than_the_one_before_and_none_is_from_the_future(authority):
    moments = [list_of(authority).last_update_utc]
    for serial in range(1, 6):
        assert authority.revoke([serial])
        moments.append(list_of(authority).last_update_utc)
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert moments[-1] < utc_now()
    assert not authority.revoke([3])
    assert authority.is_revoked(5)
    assert not authority.is_revoked(6)


def test_two_processes_may_revoke_at_one_time(authority):
    other = Authority(authority.folder, "main")
    authority.revoke([1])
    other.revoke([2])
    assert {entry.serial_number for entry in list_of(authority)} == {1, 2}
    assert authority.is_revoked(2)


def test_who_ran_out_long_ago_is_no_longer_on_the_list(authority, monkeypatch):
    authority.revoke([1])
    later = utc_now() + timedelta(days=800)
    monkeypatch.setattr(module, "utc_now", lambda: later)
    authority.revoke([2])
    assert [entry.serial_number for entry in list_of(authority)] == [2]


def test_a_kiosks_certificate_is_for_two_years_at_most(authority):
    certificate = authority.issue_kiosk("hall-1", new_key().public_key())
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert timedelta(days=365) < life < timedelta(days=731)


def test_the_next_signing_key_is_known_before_it_is_used_and_the_last_one_after(tmp_path):
    keys = SigningKeys(tmp_path / "signing")
    keys.ensure(NOW)
    keys.ensure(NOW)
    first = keys.current(NOW).public_key()
    assert len(keys.public(NOW)) == 1
    added = NOW + timedelta(days=100)
    keys.add(added)
    assert keys.current(added).public_key() == first
    assert len(keys.public(added)) == 2
    used = added + ANNOUNCED
    assert keys.current(used).public_key() != first
    assert len(keys.public(used)) == 2
    assert len(keys.public(used + RETIRED)) == 1


def test_a_stolen_signing_key_is_replaced_at_once(tmp_path):
    keys = SigningKeys(tmp_path / "signing")
    keys.ensure(NOW)
    stolen = keys.public(NOW)
    keys.replace(NOW + timedelta(days=1))
    assert set(keys.public(NOW + timedelta(days=1))).isdisjoint(stolen)
    assert keys.current(NOW + timedelta(days=1))


def test_what_another_brokers_machine_needs_is_written_for_it(authority, tmp_path):
    files = export_broker(authority, "broker.example", 8883, tmp_path / "out")
    assert {path.name for path in files} == {
        *("ca.pem", "crl.pem", "broker.crt", "broker.key", "access", "yingbin.conf")
    }
    assert not any("ca.key" in path.name for path in files)
    certificate = x509.load_pem_x509_certificate((tmp_path / "out" / "broker.crt").read_bytes())
    assert "broker.example" in alternative_names(certificate)
    text = (tmp_path / "out" / "yingbin.conf").read_text()
    for line in ("require_certificate true", "use_identity_as_username true", "allow_anonymous false"):
        assert line in text
