"""The pixels of the window as a PNG file. No toolkit here but the rows it hands over."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path


def write_png(path: Path, width: int, height: int, rgb_bottom_up: bytes) -> None:
    """Write 8-bit RGB rows, the lowest first as OpenGL gives them, to ``path``; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(png_of(width, height, rgb_bottom_up))
    temporary.replace(path)


def png_of(width: int, height: int, rgb_bottom_up: bytes) -> bytes:
    """The same rows as the bytes of a PNG file."""
    stride = width * 3
    rows = (rgb_bottom_up[i : i + stride] for i in range((height - 1) * stride, -1, -stride))
    raw = b"".join(b"\0" + row for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
