"""The ways to a printer. None of them waits for ever: a write gives up when nothing has been taken for some seconds."""

from __future__ import annotations

import errno
import os
import select
import socket
from typing import TYPE_CHECKING, Any, Protocol

from hardware.printer.errors import PrinterError, gone, stuck

if TYPE_CHECKING:
    from serial import Serial
    from usb.core import Device, Endpoint

STALL_S = 8.0
"""A printer that prints takes data in bursts of less than a second; a roll that is stuck takes none."""
_CONNECT_S = 3.0
_USB_PIECE = 4096
_USB_PRINTER_CLASS = 7


class Wire(Protocol):
    """Bytes to a printer and, where it answers, back."""

    def write(self, data: bytes) -> None:
        """Hand over all of it. Raises PrinterError."""
        ...

    def read(self, seconds: float) -> bytes:
        """What it answers within ``seconds``, a few bytes; empty when it does not. Raises PrinterError."""
        ...

    def close(self) -> None:
        """Let it go; raises nothing."""
        ...


class Descriptor:
    """A file descriptor that does not block: a device file or a socket."""

    def __init__(self, where: str, number: int, *, answers: bool = True, stall_s: float = STALL_S) -> None:
        self._where = where
        self._number = number
        self._answers = answers
        self._stall_s = stall_s

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            _, ready, _ = select.select([], [self._number], [], self._stall_s)
            if not ready:
                raise stuck(self._where, self._stall_s)
            try:
                left = left[os.write(self._number, left) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise gone(self._where, error.strerror) from error

    def read(self, seconds: float) -> bytes:
        if not self._answers:
            return b""
        ready, _, _ = select.select([self._number], [], [], seconds)
        if not ready:
            return b""
        try:
            return os.read(self._number, 64)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise gone(self._where, error.strerror) from error

    def close(self) -> None:
        os.close(self._number)


def open_file(path: str, stall_s: float = STALL_S) -> Wire:
    """A device file such as ``/dev/usb/lp0``; one that can only be written to is never asked anything."""
    flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        try:
            return Descriptor(path, os.open(path, os.O_RDWR | flags), stall_s=stall_s)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EINVAL, errno.EROFS):
                raise
            return Descriptor(path, os.open(path, os.O_WRONLY | flags), answers=False, stall_s=stall_s)
    except PermissionError as error:
        raise PrinterError(
            "printer.gone", f"{path} may not be written: sudo usermod -aG lp $USER, then log in again"
        ) from error
    except OSError as error:
        raise gone(path, error.strerror) from error


class _Socket(Descriptor):
    def __init__(self, where: str, connection: socket.socket, stall_s: float) -> None:
        super().__init__(where, connection.fileno(), stall_s=stall_s)
        self._connection = connection

    def close(self) -> None:
        self._connection.close()


def open_tcp(host: str, port: int, stall_s: float = STALL_S) -> Wire:
    """A printer on the network."""
    where = f"{host}:{port}"
    try:
        connection = socket.create_connection((host, port), timeout=_CONNECT_S)
    except OSError as error:
        raise gone(where, error.strerror or error) from error
    connection.setblocking(False)
    return _Socket(where, connection, stall_s)


class _SerialWire:
    def __init__(self, device: Serial, stall_s: float) -> None:
        self._device = device
        self._stall_s = stall_s

    def write(self, data: bytes) -> None:
        from serial import SerialException, SerialTimeoutException

        for start in range(0, len(data), 512):  # the time limit is that of a piece
            try:
                self._device.write(data[start : start + 512])
            except SerialTimeoutException as error:
                raise stuck(str(self._device.port), self._stall_s) from error
            except (SerialException, OSError) as error:
                raise gone(str(self._device.port), error) from error

    def read(self, seconds: float) -> bytes:
        from serial import SerialException

        try:
            self._device.timeout = seconds
            return self._device.read(1)
        except (SerialException, OSError) as error:
            raise gone(str(self._device.port), error) from error

    def close(self) -> None:
        self._device.close()


def open_serial(path: str, baud: int, stall_s: float = STALL_S) -> Wire:
    """A serial line with hardware flow control left to the printer's default: none."""
    from serial import Serial, SerialException

    try:
        return _SerialWire(Serial(path, baud, write_timeout=stall_s), stall_s)
    except (SerialException, OSError, ValueError) as error:
        raise gone(path, error) from error


class _UsbWire:
    """The printer's own two pipes, whatever their numbers are."""

    def __init__(
        self, where: str, device: Device, out: Endpoint, answers: Endpoint | None, stall_s: float
    ) -> None:
        self._where = where
        self._device = device
        self._out = out
        self._answers = answers
        self._stall_s = stall_s

    def write(self, data: bytes) -> None:
        from usb.core import USBError, USBTimeoutError

        for start in range(0, len(data), _USB_PIECE):
            try:
                self._out.write(data[start : start + _USB_PIECE], round(self._stall_s * 1000))
            except USBTimeoutError as error:
                raise stuck(self._where, self._stall_s) from error
            except USBError as error:
                raise gone(self._where, error) from error

    def read(self, seconds: float) -> bytes:
        from usb.core import USBError, USBTimeoutError

        if self._answers is None:
            return b""
        try:
            return bytes(self._answers.read(64, round(seconds * 1000)))
        except USBTimeoutError:
            return b""
        except USBError as error:
            raise gone(self._where, error) from error

    def close(self) -> None:
        from usb.util import dispose_resources

        dispose_resources(self._device)


def open_usb(vendor: int, product: int, stall_s: float = STALL_S, backend: object = None) -> Wire:
    """A printer by its numbers; ``backend`` stands in for the board's USB."""
    import usb.core
    import usb.util

    where = f"usb:{vendor:04x}:{product:04x}"
    try:
        device: Any = usb.core.find(idVendor=vendor, idProduct=product, backend=backend)
    except usb.core.NoBackendError as error:
        raise PrinterError("printer.gone", f"{where}: run apt-get install libusb-1.0-0") from error
    if device is None:
        raise gone(where, "no such device")
    try:
        interface = _printer_interface(device)
        number = interface.bInterfaceNumber
        if device.is_kernel_driver_active(number):
            device.detach_kernel_driver(number)
        usb.util.claim_interface(device, number)
    except (usb.core.USBError, NotImplementedError) as error:
        if getattr(error, "errno", None) == errno.EACCES:
            raise PrinterError(
                "printer.gone", f"{where} may not be opened: docs/taking-along.md has the udev rule"
            ) from error
        raise gone(where, error) from error
    pipes: list[Any] = list(interface)
    out = next((pipe for pipe in pipes if not pipe.bEndpointAddress & 0x80), None)
    if out is None:
        raise gone(where, "has nothing to write to")
    answers = next((pipe for pipe in pipes if pipe.bEndpointAddress & 0x80), None)
    return _UsbWire(where, device, out, answers, stall_s)


def _printer_interface(device: Device) -> Any:
    """The interface of the printer class, else the first one. Raises USBError."""
    interfaces: list[Any] = list(device.get_active_configuration())
    printers = (found for found in interfaces if found.bInterfaceClass == _USB_PRINTER_CLASS)
    return next(printers, interfaces[0])
