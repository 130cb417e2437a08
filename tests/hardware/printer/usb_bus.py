"""A USB with one printer on it, below pyusb: its descriptors, its kernel driver and its two pipes."""

from __future__ import annotations

import errno
from array import array
from types import SimpleNamespace
from typing import Any

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

VENDOR, PRODUCT = 0x0416, 0x5011
OUT, IN = 0x03, 0x81


class Bus(IBackend):
    """``most``: so many bytes are taken, then nothing more."""

    def __init__(self, states: dict[int, int], most: int = 1 << 30, *, barred: bool = False) -> None:
        self.states = states
        self.data = b""
        self.driver = True
        self.claimed = False
        self._most = most
        self._barred = barred
        self._answers = b""

    def enumerate_devices(self) -> Any:
        yield "printer"

    def get_device_descriptor(self, dev: Any) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=5, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=55, bNumInterfaces=2, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if intf > 1 or alt > 0:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=intf, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=(3, 7)[intf], bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        addresses = ((0x02, 0x82), (IN, OUT))[intf]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=addresses[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: Any) -> Any:
        if self._barred:
            raise USBError("Access denied", errno=errno.EACCES)
        return dev

    def close_device(self, dev_handle: Any) -> None:
        self.claimed = False

    def get_configuration(self, dev_handle: Any) -> Any:
        return 1

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        assert intf == 1, "not the printer's interface"
        if self.driver:
            raise USBError("Resource busy", errno=errno.EBUSY)
        self.claimed = True

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        self.claimed = False

    def is_kernel_driver_active(self, dev_handle: Any, intf: int) -> Any:
        return self.driver

    def detach_kernel_driver(self, dev_handle: Any, intf: int) -> None:
        self.driver = False

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> Any:
        assert (ep, self.claimed) == (OUT, True)
        assert 0 < timeout < 60_000, "it would wait for ever"
        if len(self.data) >= self._most:
            raise USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
        came = bytes(data)
        self.data += came
        if came[:2] == b"\x10\x04" and came[2] in self.states:
            self._answers += bytes([self.states[came[2]]])
        return len(came)

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: array[int], timeout: int) -> Any:
        assert ep == IN
        if not self._answers:
            raise USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
        told, self._answers = self._answers[:1], self._answers[1:]
        buff[0] = told[0]
        return 1
