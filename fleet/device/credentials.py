"""The kiosk's key, its requests, and what it checks in a certificate before it believes that it is its own."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fleet.device.errors import IdentityError
from fleet.device.identity import IdentityFiles, write_whole

PEM = serialization.Encoding.PEM


def ensure_key(files: IdentityFiles) -> ec.EllipticCurvePrivateKey:
    """The device's key; made when there is none. Raises IdentityError ``identity.damaged``."""
    if not files.key.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        pem = made.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_whole(files.key, pem)
    try:
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise IdentityError(
            "identity.damaged", f"{files.key} cannot be read ({error}); provision again with a new claim"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise IdentityError(
            "identity.damaged", f"{files.key} is another kind of key; provision again with a new claim"
        )
    return key


def request_for(key: ec.EllipticCurvePrivateKey) -> str:
    """A certificate request (PEM). It names nobody: the centre says whose certificate it becomes."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM).decode()


def check_certificate(
    pem: str, key: ec.EllipticCurvePrivateKey, authority: str, kiosk: str, tenant: str
) -> x509.Certificate:
    """The certificate, if ``authority`` issued it for our key and this kiosk. Raises IdentityError."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.encode()))
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise _wrong("it is not of the centre's authority") from error
    if certificate.public_key() != key.public_key():
        raise _wrong("it is for another key")
    names = {attribute.oid: attribute.value for attribute in certificate.subject}
    if names != {NameOID.COMMON_NAME: kiosk, NameOID.ORGANIZATION_NAME: tenant}:
        raise _wrong("it is for another kiosk")
    if list(usage) != [ExtendedKeyUsageOID.CLIENT_AUTH]:
        raise _wrong("it is not a client's")
    return certificate


def _wrong(reason: str) -> IdentityError:
    return IdentityError(
        "centre.answer", f"the centre has issued a certificate that cannot be used: {reason}"
    )
