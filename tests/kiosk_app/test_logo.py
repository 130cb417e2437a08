"""The site's logo: what can be shown is, what cannot is told, and nothing in a file can hurt."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosk_app.config import SiteConfig, load_config
from kiosk_app.logo import MAX_BYTES, LogoError, read_logo
from kiosk_app.logo_check import check_logo, logo_of
from tests.kiosk_app.logos import WHITE, draw_logo


def test_a_logo_is_read_whole_with_what_is_see_through(tmp_path: Path) -> None:
    logo = read_logo(draw_logo(tmp_path / "logo.png"))
    assert (logo.width, logo.height, len(logo.pixels)) == (300, 100, 300 * 100 * 4)
    assert logo.pixels[:4] == b"\0\0\0\0"
    assert logo.luminance == pytest.approx(0.071, abs=0.005)
    assert read_logo(draw_logo(tmp_path / "white.png", ink=WHITE)).luminance == pytest.approx(1.0, abs=0.01)


def test_a_large_one_is_made_smaller(tmp_path: Path) -> None:
    logo = read_logo(draw_logo(tmp_path / "logo.png", 2000, 1000))
    assert (logo.width, logo.height) == (512, 256)


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "I;16", "1"])
def test_every_kind_of_png_is_taken(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (64, 64), 1).save(tmp_path / "logo.png")
    assert read_logo(tmp_path / "logo.png").width == 64


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "JPEG")
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + b"".join(chunks) + _chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "no PNG picture"),
        (b"GIF89a" + b"\0" * 50, "no PNG picture"),
        (_jpeg(), "no PNG picture"),
        (_png(60000, 60000, _chunk(b"IDAT", zlib.compress(b"\0" * 99))), "60000 by 60000|no PNG picture"),
        (_png(64, 64, _chunk(b"IDAT", b"rubbish")), "no PNG picture"),
        (_png(64, 64), "no PNG picture"),
        (_png(64, 64, _chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 90_000_000))), "no PNG picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_BYTES, "more than"),
    ],
)
def test_what_is_no_logo_is_told(tmp_path: Path, raw: bytes, says: str) -> None:
    (tmp_path / "logo.png").write_bytes(raw)
    with pytest.raises(LogoError, match=says):
        read_logo(tmp_path / "logo.png")


def test_shapes_that_leave_no_room_are_refused(tmp_path: Path) -> None:
    for width, height in ((500, 100), (100, 300), (2049, 2049)):
        with pytest.raises(LogoError, match=f"{width} by {height}"):
            read_logo(draw_logo(tmp_path / "logo.png", width, height))
    Image.new("RGBA", (64, 64), (9, 9, 9, 0)).save(tmp_path / "logo.png")
    with pytest.raises(LogoError, match="see-through"):
        read_logo(tmp_path / "logo.png")
    with pytest.raises(LogoError, match="cannot be read"):
        read_logo(tmp_path / "none.png")
    with pytest.raises(LogoError, match="cannot be read"):
        read_logo(tmp_path)


def test_damaged_files_are_read_or_refused_and_never_fatal(tmp_path: Path) -> None:
    good = draw_logo(tmp_path / "logo.png", 60, 40).read_bytes()
    dice = random.Random(6)
    refused = 0
    for _ in range(400):
        raw = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            raw[dice.randrange(8, len(raw))] = dice.randrange(256)
        (tmp_path / "bad.png").write_bytes(bytes(raw[: dice.choice((len(raw), dice.randrange(len(raw))))]))
        try:
            read_logo(tmp_path / "bad.png")
        except LogoError:
            refused += 1
    assert refused > 200


def test_a_broken_one_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "logo.png").write_bytes(b"rubbish")
    site = SiteConfig(logo=tmp_path / "logo.png")
    assert logo_of(site) is None
    assert "the logo is left out" in caplog.text
    assert check_logo(site).state == "warn"
    assert check_logo(SiteConfig()).state == "skip"
    draw_logo(tmp_path / "logo.png")
    assert check_logo(site).figure == "logo.png, 300 by 100 pixels"
    assert logo_of(site) is not None


def test_it_lies_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text('[site]\nlogo = "mark.png"\n', encoding="utf-8")
    assert load_config(tmp_path / "kiosk.toml").site.logo == tmp_path / "mark.png"
    (tmp_path / "kiosk.toml").write_text(
        '[site]\nlogo = "/srv/mark.png"\nstands_at = { floor = 2, x = 3, y = 4.5 }\n', encoding="utf-8"
    )
    site = load_config(tmp_path / "kiosk.toml").site
    assert site.logo == Path("/srv/mark.png")
    assert site.stands_at is not None
    assert (site.stands_at.floor, site.stands_at.y) == (2, 4.5)
