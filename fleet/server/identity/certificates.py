"""What stands in the centre's certificates (X.509, RFC 5280). Pure: keys and names in, certificates out.

All keys are ECDSA on P-256. A kiosk's certificate is for clients only and has the kiosk's id as common name and the
tenant as organisation; whatever a request says of itself is not looked at.
"""

import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 20 * 365
LEAF_DAYS = 730
"""Of every other certificate; a kiosk asks for the next when half of it is over."""

BACKDATED = timedelta(hours=1)
"""A new certificate holds for clocks that are this much behind."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The authority's certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a key."""
    return ec.generate_private_key(ec.SECP256R1())


def make_issuer(tenant: str, now: datetime) -> Issuer:
    """Make an authority of its own; its name is like no other's, so two of them are never taken for one."""
    key = new_key()
    name = _name(f"Yingbin centre {secrets.token_hex(4)}", tenant)
    builder = (
        _builder(name, key.public_key(), name, now, timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return Issuer(builder.sign(key, hashes.SHA256()), key)


def server_certificate(
    issuer: Issuer, key: ec.EllipticCurvePublicKey, names: Sequence[str], now: datetime
) -> x509.Certificate:
    """Issue for a server that is reached under ``names``, host names or addresses."""
    builder = _leaf(issuer, key, names[0], now, timedelta(days=LEAF_DAYS), ExtendedKeyUsageOID.SERVER_AUTH)
    alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
    return builder.add_extension(alternatives, critical=False).sign(issuer.key, hashes.SHA256())


def client_certificate(
    issuer: Issuer,
    key: ec.EllipticCurvePublicKey,
    name: str,
    now: datetime,
    lifetime: timedelta = timedelta(days=LEAF_DAYS),
) -> x509.Certificate:
    """Issue for a client whose account at the broker is ``name``."""
    return _leaf(issuer, key, name, now, lifetime, ExtendedKeyUsageOID.CLIENT_AUTH).sign(
        issuer.key, hashes.SHA256()
    )


def revocation_list(
    issuer: Issuer, number: int, revoked: Iterable[tuple[int, datetime]]
) -> x509.CertificateRevocationList:
    """Sign the list of revoked serial numbers, each with its date.

    OpenSSL takes the list with the latest issue date among those that it has read since it started, and a list from
    the future makes it refuse everybody. So the date is the authority's own beginning plus a second for each list:
    it rises strictly, whatever the clock does. The list never lapses: a centre that is away must not lock a hall out.
    """
    certificate = issuer.certificate
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(certificate.not_valid_before_utc + timedelta(seconds=number))
        .next_update(certificate.not_valid_after_utc)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_authority_key(certificate), critical=False)
    )
    for serial, when in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256())


def common_name(certificate: x509.Certificate) -> str:
    """The account that a certificate is for."""
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def organisation(certificate: x509.Certificate) -> str:
    """The tenant that a certificate belongs to."""
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value) if found else ""


def alternative_names(certificate: x509.Certificate) -> list[str]:
    """The host names and addresses of a server's certificate."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found]


def _leaf(
    issuer: Issuer,
    key: ec.EllipticCurvePublicKey,
    name: str,
    now: datetime,
    lifetime: timedelta,
    purpose: x509.ObjectIdentifier,
) -> x509.CertificateBuilder:
    subject = _name(name, organisation(issuer.certificate))
    return (
        _builder(subject, key, issuer.certificate.subject, now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(_authority_key(issuer.certificate), critical=False)
    )


def _builder(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str, tenant: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, tenant),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_key(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
