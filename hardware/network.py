"""How the board is connected: interfaces with their addresses, and where the default route leads. Read-only."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

_ROUTE4, _ROUTE6 = Path("/proc/net/route"), Path("/proc/net/ipv6_route")
_UP_AND_GATEWAY = 0x3


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface: whether it is up, its speed in Mbit/s (0: unknown), its addresses with prefix length."""

    name: str
    up: bool
    speed: int
    addresses: tuple[str, ...]


def interfaces() -> tuple[Interface, ...]:
    """All but the loopback, those that are up first; link-local addresses of IPv6 are left out."""
    import psutil

    states = psutil.net_if_stats()
    found = []
    for name, addresses in psutil.net_if_addrs().items():
        if name not in states or _is_loopback(addresses):
            continue
        told = [
            _with_prefix(one.address, one.netmask) for one in addresses if _is_wanted(one.family, one.address)
        ]
        found.append(Interface(name, states[name].isup, states[name].speed, tuple(told)))
    return tuple(sorted(found, key=lambda one: (not one.up, not one.addresses, one.name)))


def default_route(route4: Path = _ROUTE4, route6: Path = _ROUTE6) -> str:
    """Where everything else is sent: ``gateway (interface)``; empty without one. IPv4 before IPv6."""
    return _route4(_lines(route4)) or _route6(_lines(route6))


def _route4(lines: list[str]) -> str:
    best: tuple[int, str] | None = None
    for fields in (line.split() for line in lines[1:]):
        if len(fields) < 8 or fields[1] != "00000000" or fields[7] != "00000000":
            continue
        if int(fields[3], 16) & _UP_AND_GATEWAY != _UP_AND_GATEWAY:
            continue
        gateway = socket.inet_ntoa(int(fields[2], 16).to_bytes(4, "little"))
        if best is None or int(fields[6]) < best[0]:
            best = int(fields[6]), f"{gateway} ({fields[0]})"
    return best[1] if best else ""


def _route6(lines: list[str]) -> str:
    for fields in (line.split() for line in lines):
        if len(fields) < 10 or fields[0] != "0" * 32 or fields[1] != "00" or fields[9] == "lo":
            continue
        if int(fields[8], 16) & _UP_AND_GATEWAY == _UP_AND_GATEWAY:
            return f"{ipaddress.IPv6Address(int(fields[4], 16))} ({fields[9]})"
    return ""


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []


def _is_loopback(addresses: list) -> bool:  # type: ignore[type-arg]  psutil's own tuples
    ours = [one.address for one in addresses if one.family in (socket.AF_INET, socket.AF_INET6)]
    return bool(ours) and all(_plain(address).is_loopback for address in ours)


def _is_wanted(family: int, address: str) -> bool:
    return family == socket.AF_INET or (family == socket.AF_INET6 and not _plain(address).is_link_local)


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(address.split("%")[0])


def _with_prefix(address: str, netmask: str | None) -> str:
    if not netmask:
        return address
    bits = int(ipaddress.ip_address(netmask.split("/")[0])).bit_count()
    return f"{address.split('%')[0]}/{bits}"
