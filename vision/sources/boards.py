"""The cameras on a board's own ribbon cable (CSI), by the name they have in the config: pi, pi:1, jetson, jetson:1."""

from __future__ import annotations

import re

from vision.errors import CameraError
from vision.sources.program import Program


def board_camera(name: str) -> Program | None:
    """The program behind a board's camera; None for a name that is no board's.

    Raises:
        CameraError: the name begins like one, but goes on otherwise.
    """
    if not re.fullmatch(r"(pi|jetson)(:.*)?", name, re.IGNORECASE):
        return None
    board, _, number = name.partition(":")
    if not re.fullmatch(r"(pi|jetson)(:[0-9])?", name):
        raise CameraError(
            "camera.source",
            f"{name!r} is no camera: a board's is pi or jetson, its second one pi:1 or jetson:1",
        )
    return raspberry_pi(int(number or 0)) if board == "pi" else jetson(int(number or 0))


def raspberry_pi(number: int) -> Program:
    """A camera on a Raspberry Pi, through libcamera's program.

    For raw frames it sets libcamera's colour space "sYCC", which is full range; 640 pixels are a whole number of the 64
    bytes to which it pads rows.
    """
    return Program(
        names=("rpicam-vid", "libcamera-vid"),
        arguments=(
            *("--camera", str(number), "--timeout", "0", "--nopreview", "--verbose=0"),
            *("--codec", "yuv420", "--width", "640", "--height", "480", "--framerate", "15"),
            *("--flush", "--output", "-"),
        ),
        package="rpicam-apps-lite",
        full_range=True,
    )


def jetson(number: int) -> Program:
    """A camera on a Jetson, through NVIDIA's GStreamer elements.

    Every sensor has a mode of 1280×720, and its shape is kept: 640×360. The frames do not go to standard output,
    for nvarguscamerasrc prints there what it does. A queue of one frame drops the older one when the kiosk is late.
    """
    pipeline = (
        f"nvarguscamerasrc sensor-id={number}"
        " ! video/x-raw(memory:NVMM),width=1280,height=720,framerate=30/1,format=NV12"
        " ! nvvidconv ! video/x-raw,format=I420,width=640,height=360"
        " ! queue leaky=downstream max-size-buffers=1"
        " ! fdsink fd=3 sync=false"
    )
    return Program(
        names=("gst-launch-1.0",),
        arguments=("-q", *pipeline.split()),
        package="gstreamer1.0-tools",
        height=360,
        descriptor=3,
    )
