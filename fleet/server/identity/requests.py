"""Certificate requests (PKCS #10) from devices: hostile until proved otherwise."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from fleet.protocol.enrolment import MAX_REQUEST_CHARS
from fleet.server.errors import FleetError


def read_request(pem: str) -> ec.EllipticCurvePublicKey:
    """The key that asks for a certificate, proved to be in the asker's hands. Nothing else is taken from a request.

    Raises FleetError ``request.invalid``, ``request.key`` or ``request.signature``.
    """
    if len(pem) > MAX_REQUEST_CHARS:
        raise FleetError(
            "request.invalid", f"the certificate request is larger than {MAX_REQUEST_CHARS} bytes"
        )
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        key = request.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise FleetError("request.invalid", "the certificate request cannot be read") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise FleetError("request.key", "the certificate request is not for an ECDSA key on P-256")
    try:
        sound = isinstance(request.signature_hash_algorithm, hashes.SHA256) and request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm):
        sound = False
    if not sound:
        raise FleetError("request.signature", "the certificate request is not signed by its own key")
    return key
