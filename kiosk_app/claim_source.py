"""Where a claim comes from: a file, a picture of its QR code, a link, or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from fleet.protocol.enrolment import MAX_CLAIM_BYTES, Claim, read_claim
from kiosk_app.errors import KioskError

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"BM")
_MAX_PICTURE_BYTES = 32 * 1024 * 1024


def claim_from(source: str) -> Claim:
    """Read the claim. Raises KioskError ``claim.file``, ProtocolError ``claim.invalid``."""
    if source.startswith("https:"):
        return read_claim(source)
    if source == "-":
        return read_claim(sys.stdin.read(MAX_CLAIM_BYTES + 1))
    try:
        with Path(source).open("rb") as file:
            content = file.read(_MAX_PICTURE_BYTES)
    except OSError as error:
        raise KioskError(f"cannot read the claim {source}: {error.strerror}", "claim.file") from error
    if content.startswith(_PICTURES):
        return read_claim(_decoded(content, source))
    return read_claim(content[: MAX_CLAIM_BYTES + 1].decode("utf-8", "replace"))


def _decoded(picture: bytes, source: str) -> str:
    """What the QR code in a picture says."""
    import cv2
    import numpy as np

    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    text = cv2.QRCodeDetector().detectAndDecode(pixels)[0] if pixels is not None else ""
    if not text:
        raise KioskError(
            f"no QR code can be read in {source}: take the picture again, straight and sharp, or use the file",
            "claim.file",
        )
    return text
