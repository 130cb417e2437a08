"""A reader of QR codes, in a phone's place."""

from __future__ import annotations

from typing import Any

import cv2


def read_code(picture: Any) -> str:
    """What the code in a picture says; empty when there is none.

    OpenCV has two ways of finding a code, and each overlooks some that the other one finds.
    """
    said = cv2.QRCodeDetector().detectAndDecode(picture)[0]
    return said or cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0]
