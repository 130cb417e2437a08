"""Where another queue system is asked, and where this kiosk answers the others of its hall."""

from __future__ import annotations

from urllib.parse import urlsplit


def address_problem(url: str) -> str:
    """What is wrong with the address of a queue system, as advice; empty when nothing is."""
    example = "like http://192.168.1.20:8087"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"must be an address {example}"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return f"must begin with http:// or https:// and a host, {example}"
    if parts.query or parts.fragment or parts.username is not None:
        return f"must be an address and nothing more, {example}"
    return ""


def listen_address(given: str) -> tuple[str, int]:
    """``192.168.1.20:8087`` as host and port. Raises ValueError."""
    host, _, port = given.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError("must be an address of this kiosk and a port, like 192.168.1.20:8087")
    return host.strip("[]"), int(port)
