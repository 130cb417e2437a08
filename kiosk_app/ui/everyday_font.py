"""The characters of everyday in a small face: what the toolkit keeps in memory for every size of type.

The whole face has 65,535 glyphs and shares pieces of outlines between them; each size of it costs 2.6 MB of memory, and
a kiosk uses some dozens. With the everyday characters alone, and outlines that stand for themselves, it is 0.24 MB. The
few texts with another character are drawn from the whole face, and look the same.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from kiosk_app.ui.fonts import FontFiles, appearing


def _gb2312() -> str:
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


_RANGES = (
    (0x000A, 0x000A),
    (0x0020, 0x007E),
    (0x00A0, 0x017F),  # Latin of other languages
    (0x2000, 0x206F),  # punctuation
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x22FF),  # letters, numbers, arrows, mathematics
    (0x2460, 0x24FF),  # numbers in circles
    (0x25A0, 0x26FF),  # shapes
    (0x3000, 0x303F),  # Chinese punctuation
    (0xFF00, 0xFFEF),  # full width
)

EVERYDAY = frozenset(_gb2312()).union(*(map(chr, range(first, last + 1)) for first, last in _RANGES))
"""GB 2312 (6,763 Chinese characters), Latin, punctuation and signs."""


def everyday_files(whole: FontFiles) -> FontFiles:
    """The small faces of ``whole``; where they have not been cut, ``whole`` itself."""
    small = FontFiles(_target(whole.regular), _target(whole.bold))
    return small if small.regular.is_file() and small.bold.is_file() else whole


def cut_everyday(whole: FontFiles) -> FontFiles:
    """Cut the small faces where they are not there yet: some ten seconds for each of the two."""
    for path in (whole.regular, whole.bold):
        if not _target(path).is_file():
            _cut(path, _target(path))
    return everyday_files(whole)


def _target(whole: Path) -> Path:
    wanted = hashlib.sha256("".join(sorted(EVERYDAY)).encode()).hexdigest()[:8]
    return whole.with_name(f"{whole.stem}-everyday-{wanted}.otf")


def _cut(whole: Path, target: Path) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.desubroutinize = True
    options.hinting = True
    options.layout_features = ["kern"]
    options.notdef_outline = True
    options.drop_tables += [
        "BASE",
        "GSUB",
        "VORG",
        "vhea",
        "vmtx",
    ]  # for text from top to bottom, and variants
    with TTFont(str(whole), lazy=True) as face, appearing(target) as temporary:
        face.recalcTimestamp = False
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(EVERYDAY))
        subsetter.subset(face)
        face.save(str(temporary))
