"""Printers in software: what comes through a pseudo-terminal or a socket, and the paper that it makes."""

from __future__ import annotations

import os
import pty
import select
import socket
import struct
import threading
import tty

import numpy as np

READY = {1: 0x12, 2: 0x12, 4: 0x12}
NO_PAPER = {1: 0x1A, 2: 0x32, 4: 0x72}
COVER_OPEN = {1: 0x1A, 2: 0x16, 4: 0x12}
OFFLINE = {1: 0x1A, 2: 0x12, 4: 0x12}
SILENT: dict[int, int] = {}


def unroll(data: bytes) -> tuple[np.ndarray, bool]:
    """The paper (0 black, 255 white) that these commands print, and whether it was cut. Refuses any other command."""
    bands: list[np.ndarray] = []
    cut = False
    at = 0
    while at < len(data):
        if data.startswith(b"\x10\x04", at):
            at += 3
        elif data.startswith(b"\x1b@", at):
            at += 2
        elif data.startswith(b"\x1bd", at):
            at += 3
        elif data.startswith((b"\x1dV\x00", b"\x1dV\x01"), at):
            cut, at = True, at + 3
        elif data.startswith(b"\x1dv0\x00", at):
            across, rows = struct.unpack_from("<HH", data, at + 4)
            size = across * rows
            band = np.frombuffer(data, np.uint8, size, at + 8).reshape(rows, across)
            bands.append(np.where(np.unpackbits(band, axis=1), 0, 255).astype(np.uint8))
            at += 8 + size
        else:
            raise AssertionError(f"no command of ours at {at}: {data[at : at + 8]!r}")
    return np.vstack(bands) if bands else np.zeros((0, 0), np.uint8), cut


class Device:
    """Answers DLE EOT from ``states`` and keeps everything it was sent.

    ``most``: after so many bytes it goes on with what ``then`` says: ``end`` hangs up, ``stick`` takes no more, a
    table changes its state.
    """

    def __init__(self, states: dict[int, int], most: int = 1 << 30, then: str | dict[int, int] = "") -> None:
        self.states = states
        self._most = most
        self._then = then
        self.data = b""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> Device:
        """Begin to take data."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Switch it off."""
        self._stopped.set()
        self._thread.join(10)

    def _number(self) -> int | None:
        raise NotImplementedError

    def _hang_up(self) -> None:
        raise NotImplementedError

    def _serve(self) -> None:
        while not self._stopped.is_set():
            number = self._number()
            if number is None:
                continue
            ready, _, _ = select.select([number], [], [], 0.02)
            if not ready:
                continue
            try:
                came = os.read(number, 4096)
            except OSError:
                came = b""
            if not came:
                self._idle()
                continue
            self.data += came
            if came[-3:-1] == b"\x10\x04" and came[-1] in self.states:
                os.write(number, bytes([self.states[came[-1]]]))
            if len(self.data) >= self._most:
                if self._then == "end":
                    self._hang_up()
                    return
                if self._then == "stick":
                    self._stopped.wait()
                elif isinstance(self._then, dict):
                    self.states = self._then

    def _idle(self) -> None:
        self._stopped.wait(0.02)


class Terminal(Device):
    """On a pseudo-terminal; ``path`` is where it is found."""

    def __init__(self, states: dict[int, int], most: int = 1 << 30, then: str | dict[int, int] = "") -> None:
        super().__init__(states, most, then)
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)

    def _number(self) -> int | None:
        return self._master

    def _hang_up(self) -> None:
        os.close(self._slave)
        os.close(self._master)
        self._master = -1

    def stop(self) -> None:
        super().stop()
        if self._master >= 0:
            self._hang_up()


class Networked(Device):
    """On a socket."""

    def __init__(self, states: dict[int, int], most: int = 1 << 30, then: str | dict[int, int] = "") -> None:
        super().__init__(states, most, then)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.05)
        self.port: int = self._server.getsockname()[1]
        self._caller: socket.socket | None = None

    def _number(self) -> int | None:
        if self._caller is None:
            try:
                self._caller, _ = self._server.accept()
            except TimeoutError:
                return None
        return self._caller.fileno()

    def _idle(self) -> None:
        if self._caller is not None:  # the caller has hung up
            self._caller.close()
            self._caller = None

    def _hang_up(self) -> None:
        if self._caller is not None:
            self._caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._caller.close()
            self._caller = None

    def stop(self) -> None:
        super().stop()
        self._hang_up()
        self._server.close()
