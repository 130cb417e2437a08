"""TLS as a kiosk speaks it: its own certificate, one authority, the name of the other end, and no trust in its clock.

A kiosk without a battery-backed clock believes in 1970 after a power cut, and OpenSSL would refuse every certificate as
not valid yet: the kiosk would never get to hear the time. So OpenSSL does not look at times here. What is known to be
past is the moment from which our own certificate holds, for the centre's clock wrote it: a peer whose certificate had
run out before that is refused. Whoever lets kiosks in, the broker and the centre, looks at times by a clock that works.
"""

import ssl
from datetime import datetime

from cryptography import x509

from fleet.device.errors import IdentityError
from fleet.device.identity import IdentityFiles

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which Python has no name
_ALERTS = {
    "CERTIFICATE_REVOKED": "this kiosk's certificate was revoked: the device was replaced or reported lost",
    "CERTIFICATE_EXPIRED": "this kiosk's certificate has run out: provision it again with a new claim",
    "UNKNOWN_CA": "this kiosk's certificate is another centre's: provision it again with a claim of this one",
    "BAD_CERTIFICATE": "this kiosk's certificate is not taken there: provision it again with a new claim",
    "UNSUPPORTED_CERTIFICATE": "this kiosk's certificate is not taken there: provision it again with a new claim",
    "CERTIFICATE_REQUIRED": "a certificate is asked for, and none was shown",
}


class ExpiredPeerError(ssl.SSLError):
    """The peer's certificate had run out before a moment that is known to be past."""


class _Socket(ssl.SSLSocket):
    """Looks at the peer's time when the handshake is over, before anything is said."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        context, der = self.context, self.getpeercert(binary_form=True)
        assert isinstance(context, CentreContext)  # noqa: S101  which made this socket
        until = x509.load_der_x509_certificate(der).not_valid_after_utc if der else context.floor
        if until <= context.floor:
            raise ExpiredPeerError(
                1, f"its certificate ran out on {until:%Y-%m-%d}; run kiosk-fleet ca renew"
            )


class CentreContext(ssl.SSLContext):
    """``floor``: a moment that is known to be past."""

    floor: datetime
    sslsocket_class = _Socket


def make_context(files: IdentityFiles) -> ssl.SSLContext:
    """For a connection of this kiosk to its centre. Raises IdentityError ``identity.damaged``."""
    floor = files.read_certificate().not_valid_before_utc
    try:
        context = trusting(files.authority.read_text(encoding="ascii"), floor)
        context.load_cert_chain(files.certificate, files.key)
    except (OSError, ValueError) as error:
        raise IdentityError(
            "identity.damaged",
            f"the certificate in {files.folder} cannot be used ({_reason(error)}); "
            "run: kiosk provision --claim FILE, with a new claim",
        ) from error
    return context


def trusting(authority: str, floor: datetime) -> CentreContext:
    """For connections to servers of ``authority`` (PEM) whose certificates hold beyond ``floor``. Raises OSError."""
    context = CentreContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= _NO_CHECK_TIME
    context.load_verify_locations(cadata=authority)
    context.floor = floor
    return context


def explain(error: ssl.SSLError, where: str) -> str:
    """A handshake that failed, for technicians."""
    if isinstance(error, ExpiredPeerError):
        return f"{where}: {error.args[1]}"
    if isinstance(error, ssl.SSLCertVerificationError):
        if "ostname mismatch" in error.verify_message or "IP address mismatch" in error.verify_message:
            return f"{where}: its certificate is for other names: {error.verify_message}; see kiosk-fleet ca init"
        return f"{where} is not this kiosk's centre: {error.verify_message}"
    return f"{where}: {explain_alert(str(error))}"


def explain_alert(text: str) -> str:
    """What the other end says of our certificate, for technicians; else the text itself."""
    folded = text.upper().replace(" ", "_")
    return next((words for alert, words in _ALERTS.items() if alert in folded), text)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
