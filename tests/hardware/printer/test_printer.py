"""A printer behind a pseudo-terminal, a socket and a USB: what it prints, and what is said of one that does not."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from PIL import Image

from hardware.printer import EscposPrinter, PrinterAddress, PrinterError, parse_address
from hardware.printer.wires import open_file, open_serial, open_tcp, open_usb
from tests.hardware.printer.paper import (
    COVER_OPEN,
    NO_PAPER,
    OFFLINE,
    READY,
    SILENT,
    Device,
    Networked,
    Terminal,
    unroll,
)
from tests.hardware.printer.usb_bus import PRODUCT, VENDOR, Bus

STALL_S = 0.5
DICE = np.random.default_rng(7)
PICTURE = Image.fromarray(DICE.integers(0, 2, (700, 384), dtype=np.uint8) * 255).convert("1")

Start = Callable[..., Device]


@pytest.fixture
def switch_on() -> Iterator[Start]:
    """Starts printers and switches them off afterwards."""
    running: list[Device] = []

    def start(kind: type[Device], *behaviour: object) -> Device:
        running.append(kind(*behaviour).start())  # type: ignore[arg-type]
        return running[-1]

    yield start
    for device in running:
        device.stop()


def printer_of(device: Device, way: str) -> EscposPrinter:
    """The printer on the other side, with little patience."""
    if isinstance(device, Networked):
        return EscposPrinter(PrinterAddress("tcp", partial(open_tcp, "127.0.0.1", device.port, STALL_S)))
    assert isinstance(device, Terminal)
    opened = {
        "file": partial(open_file, device.path, STALL_S),
        "serial": partial(open_serial, device.path, 115200, STALL_S),
    }[way]
    return EscposPrinter(PrinterAddress(way, opened))


def paper_of(device: Device, tall: int) -> np.ndarray:
    """What has come out, once it is as long as it should be."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        data = device.data
        if data.rfind(b"\x1dV") > 0 and data.endswith((b"\x1dV\x01", b"\x10\x04\x01", b"\x10\x04\x04")):
            paper, cut = unroll(data)
            assert cut
            assert len(paper) == tall
            return paper
        time.sleep(0.01)
    raise AssertionError("no receipt came out")


WAYS = [(Terminal, "file"), (Terminal, "serial"), (Networked, "tcp")]


@pytest.mark.parametrize(("kind", "way"), WAYS)
@pytest.mark.parametrize("states", [READY, SILENT], ids=["tells", "silent"])
def test_every_dot_arrives(switch_on: Start, kind: type[Device], way: str, states: dict[int, int]) -> None:
    device = switch_on(kind, states)
    printer = printer_of(device, way)
    assert printer.check() == (states is READY)
    printer.print(PICTURE)
    assert np.array_equal(paper_of(device, 700), np.array(PICTURE).astype(np.uint8) * 255)


@pytest.mark.parametrize(("kind", "way"), WAYS)
@pytest.mark.parametrize(
    ("states", "code", "said"),
    [
        (NO_PAPER, "printer.paper", "out of paper: put in a new roll"),
        (COVER_OPEN, "printer.cover", "cover is open: close it"),
        (OFFLINE, "printer.offline", "offline: see its lamp"),
    ],
)
def test_one_that_cannot_print_says_why_and_gets_nothing(
    switch_on: Start, kind: type[Device], way: str, states: dict[int, int], code: str, said: str
) -> None:
    device = switch_on(kind, states)
    for ask in (printer_of(device, way).check, partial(printer_of(device, way).print, PICTURE)):
        with pytest.raises(PrinterError, match=said) as refused:
            ask()
        assert refused.value.code == code
    assert b"\x1dv0" not in device.data


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_one_that_is_unplugged_amid_a_receipt(switch_on: Start, kind: type[Device], way: str) -> None:
    device = switch_on(kind, READY, 9000, "end")
    with pytest.raises(PrinterError) as refused:
        printer_of(device, way).print(PICTURE)
    assert refused.value.code in ("printer.gone", "printer.stuck")


@pytest.mark.parametrize(("kind", "way"), WAYS[:2])
def test_one_that_takes_no_more_is_given_up(switch_on: Start, kind: type[Device], way: str) -> None:
    device = switch_on(kind, READY, 9000, "stick")
    began = time.monotonic()
    with pytest.raises(PrinterError, match="has taken nothing for") as refused:
        printer_of(device, way).print(PICTURE)
    assert refused.value.code == "printer.stuck"
    assert time.monotonic() - began < 20 * STALL_S


def test_a_roll_that_ends_on_the_way_is_noticed(switch_on: Start) -> None:
    device = switch_on(Terminal, READY, 20_000, NO_PAPER)
    with pytest.raises(PrinterError, match="out of paper"):
        printer_of(device, "file").print(PICTURE)


def test_noise_is_no_state(switch_on: Start) -> None:
    device = switch_on(Terminal, {1: 0xFF, 2: 0x00, 4: 0x61})
    assert not printer_of(device, "file").check()


@pytest.mark.parametrize(
    "opened",
    [
        partial(open_file, "/dev/usb/lp77"),
        partial(open_serial, "/dev/ttyUSB77", 9600),
        partial(open_tcp, "127.0.0.1", 1),
    ],
)
def test_one_that_is_not_there(opened: Callable[[], object]) -> None:
    with pytest.raises(PrinterError, match="check its cable") as refused:
        opened()
    assert refused.value.code == "printer.gone"


def test_one_that_may_not_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def barred(path: str, flags: int) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "open", barred)
    with pytest.raises(PrinterError, match="usermod -aG lp"):
        open_file("/dev/usb/lp0")


def usb_printer(bus: Bus) -> EscposPrinter:
    """The printer on a bus."""
    return EscposPrinter(PrinterAddress("usb", partial(open_usb, VENDOR, PRODUCT, STALL_S, bus)))


@pytest.mark.parametrize("states", [READY, SILENT], ids=["tells", "silent"])
def test_every_dot_arrives_by_usb(states: dict[int, int]) -> None:
    bus = Bus(states)
    assert usb_printer(bus).check() == (states is READY)
    usb_printer(bus).print(PICTURE)
    paper, cut = unroll(bus.data)
    assert cut
    assert np.array_equal(paper, np.array(PICTURE).astype(np.uint8) * 255)
    assert not bus.claimed, "it is let go"


def test_what_a_usb_printer_says_of_itself() -> None:
    with pytest.raises(PrinterError, match="out of paper"):
        usb_printer(Bus(NO_PAPER)).check()
    with pytest.raises(PrinterError, match="has taken nothing for"):
        usb_printer(Bus(READY, most=9000)).print(PICTURE)
    with pytest.raises(PrinterError, match="udev rule"):
        usb_printer(Bus(READY, barred=True)).check()
    with pytest.raises(PrinterError, match="no such device: check its cable"):
        open_usb(VENDOR, PRODUCT + 1, backend=Bus(READY))


@pytest.mark.parametrize(
    "address",
    ["usb:0416:5011", "/dev/usb/lp0", "serial:/dev/ttyUSB0:9600", "tcp:10.0.0.7:9100", "tcp:[fe80::1]:9100"],
)
def test_an_address_is_taken(address: str) -> None:
    assert parse_address(address).where == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "lp0",
        "usb:416:5011",
        "serial:/dev/ttyUSB0",
        "serial:/dev/ttyUSB0:1234",
        "tcp:host",
        "tcp:host:70000",
    ],
)
def test_what_is_no_address_says_how_one_is_written(address: str) -> None:
    with pytest.raises(ValueError, match=r"must be usb:VENDOR:PRODUCT .*tcp:HOST:9100"):
        parse_address(address)
