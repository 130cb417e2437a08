"""The network as the kernel tells it: routes from files as it writes them, interfaces from this machine."""

from __future__ import annotations

from pathlib import Path

from hardware.network import default_route, interfaces

_HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
_WLAN = "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
_ETH = "eth0\t00000000\t010AA8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
_OWN = "eth0\t000AA8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
_SIX = (
    f"{'0' * 32} 00 {'0' * 32} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n"
)


def _route(folder: Path, four: str, six: str = "") -> str:
    (folder / "route").write_text(_HEAD + four, encoding="ascii")
    (folder / "route6").write_text(six, encoding="ascii")
    return default_route(folder / "route", folder / "route6")


def test_the_cheapest_default_route_is_told(tmp_path: Path) -> None:
    assert _route(tmp_path, _WLAN + _OWN + _ETH) == "192.168.10.1 (eth0)"


def test_a_network_of_its_own_is_no_route(tmp_path: Path) -> None:
    assert _route(tmp_path, _OWN) == ""


def test_without_the_older_protocol_the_newer_one_counts(tmp_path: Path) -> None:
    assert _route(tmp_path, _OWN, _SIX) == "fe80::1 (eth0)"


def test_without_the_kernels_files_there_is_none(tmp_path: Path) -> None:
    assert default_route(tmp_path / "no", tmp_path / "none") == ""


def test_this_machines_interfaces_are_told_without_the_loopback() -> None:
    for interface in interfaces():
        assert interface.name != "lo"
        for address in interface.addresses:
            assert not address.startswith(("127.", "::1", "fe80:"))
            assert "/" in address
