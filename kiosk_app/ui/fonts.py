"""Noto Sans CJK SC: the simplified face, taken out of Debian's font collection once and kept in the cache.

Debian ships one ``.ttc`` per weight whose first face is Japanese, in which 直, 骨 or 复 look foreign to a
Chinese reader. The toolkit always opens the first face, so the SC face is written to a file of its own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kiosk_app.ui.errors import FontMissingError

FAMILY = "Noto Sans CJK SC"
_COLLECTIONS = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/local/share/fonts"),
)


@dataclass(frozen=True, slots=True)
class FontFiles:
    """Files with exactly one face each."""

    regular: Path
    bold: Path


def cache_folder() -> Path:
    """Where extracted fonts are kept: ``$YINGBIN_HOME/cache``, or the user's cache folder."""
    home = os.environ.get("YINGBIN_HOME")
    return Path(home) / "cache" if home else Path(platformdirs.user_cache_dir("yingbin"))


def font_files(cache: Path | None = None) -> FontFiles:
    """The two weights, extracted into ``cache`` when they are not there yet (about half a second each).

    Raises ``FontMissingError`` when the collection is not installed or has no simplified face.
    """
    folder = cache or cache_folder()
    regular, bold = (_extracted(_collection(name), folder) for name in _COLLECTIONS)
    return FontFiles(regular, bold)


def _collection(name: str) -> Path:
    for folder in _FOLDERS:
        if (path := folder / name).is_file():
            return path
    raise FontMissingError(
        "font_missing",
        f"The Chinese font {name} is not installed (looked in {', '.join(map(str, _FOLDERS))}). "
        "Run: apt-get install fonts-noto-cjk",
    )


def _extracted(collection: Path, cache: Path) -> Path:
    stamp = collection.stat()
    target = cache / "fonts" / f"{collection.stem}-SC-{stamp.st_size}-{int(stamp.st_mtime)}.otf"
    if not target.is_file():
        _extract(collection, target)
    return target


def _extract(collection: Path, target: Path) -> None:
    from fontTools.ttLib import TTCollection

    with TTCollection(str(collection), lazy=True) as faces:
        face = next((f for f in faces.fonts if f["name"].getDebugName(1) == FAMILY), None)
        if face is None:
            raise FontMissingError(
                "font_face_missing",
                f"{collection} has no face named {FAMILY}. Run: apt-get install --reinstall fonts-noto-cjk",
            )
        face.recalcTimestamp = False
        face.recalcBBoxes = False
        with appearing(target) as temporary:
            face.save(str(temporary), reorderTables=None)


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """A file to write that becomes ``target`` when it is whole, and nothing when it fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def characters(font: Path) -> frozenset[str]:
    """Every character for which ``font`` has a glyph."""
    from fontTools.ttLib import TTFont

    with TTFont(str(font), lazy=True) as face:
        return frozenset(map(chr, face.getBestCmap() or {}))
