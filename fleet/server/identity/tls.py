"""TLS as the centre speaks it: 1.2 at least, its own authority and no other."""

import ssl
from pathlib import Path

from fleet.server.identity.authority import Authority, Pair


def client_context(authority: Path, pair: Pair) -> ssl.SSLContext:
    """For the centre's connections to the broker: both ends show a certificate of ours, host names are checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(authority)
    context.load_cert_chain(pair.certificate, pair.key)
    return context


def listener_context(authority: Authority, pair: Pair) -> ssl.SSLContext:
    """For devices: those without a certificate may come to enrol, another authority's are turned away.

    A session is never resumed: each connection shows its certificate, and what was revoked is asked at each request.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    context.num_tickets = 0
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(authority.certificate_file)
    context.load_cert_chain(pair.certificate, pair.key)
    return context
