"""The simplified face is found by name, kept once, and has every character that can be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from kiosk_app.i18n import LOCALE
from kiosk_app.ui import fonts as module
from kiosk_app.ui.errors import FontMissingError
from kiosk_app.ui.fonts import FAMILY, FontFiles, characters, font_files
from tests.kiosk_app.ui.conftest import ROOT

PACKS = ROOT / "models" / "packs"


def test_both_weights_are_the_simplified_face(fonts: FontFiles) -> None:
    for path, style in ((fonts.regular, "Regular"), (fonts.bold, "Bold")):
        with TTFont(path, lazy=True) as face:
            assert face["name"].getDebugName(1) == FAMILY
            assert face["name"].getDebugName(2) == style
            assert getattr(face["OS/2"], "sCapHeight") == 733  # noqa: B009  the stubs do not know it


def test_the_simplified_face_draws_other_shapes_than_the_first_one(fonts: FontFiles) -> None:
    from fontTools.ttLib import TTCollection

    collection = module._collection("NotoSansCJK-Regular.ttc")
    with TTCollection(str(collection), lazy=True) as faces, TTFont(fonts.regular, lazy=True) as simplified:
        first = faces.fonts[0].getBestCmap()
        ours = simplified.getBestCmap()
        assert first is not None
        assert ours is not None
        assert all(first[ord(character)] != ours[ord(character)] for character in "直骨复")


def test_extraction_happens_once(fonts: FontFiles) -> None:
    before = fonts.regular.stat().st_mtime_ns
    again = font_files()
    assert again == fonts
    assert again.regular.stat().st_mtime_ns == before


def test_the_cache_follows_the_kiosks_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path))
    assert module.cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("YINGBIN_HOME")
    assert module.cache_folder().name == "yingbin"


def test_a_missing_collection_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_FOLDERS", (tmp_path,))
    with pytest.raises(FontMissingError, match="apt-get install fonts-noto-cjk") as caught:
        font_files(tmp_path)
    assert caught.value.code == "font_missing"


def test_a_collection_without_the_face_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fonts: FontFiles
) -> None:
    monkeypatch.setattr(module, "FAMILY", "Noto Sans Nowhere")
    with pytest.raises(FontMissingError) as caught:
        font_files(tmp_path)
    assert caught.value.code == "font_face_missing"
    assert not list(tmp_path.rglob("*.part"))


def _texts() -> dict[str, str]:
    level_one = bytes(
        byte
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        for byte in (row, cell)
        if (row, cell) < (0xD7, 0xFA)
    )
    texts = {"GB 2312 level 1": level_one.decode("gb2312")}
    for path in sorted(LOCALE.rglob("*.po")):
        with path.open("rb") as file:
            texts[path.name] = "".join(f"{entry.id}{entry.string}" for entry in read_po(file))
    for path in sorted(PACKS.rglob("*.yaml")):
        texts[str(path.relative_to(PACKS))] = path.read_text(encoding="utf-8")
    return texts


def test_every_character_that_can_be_shown_has_a_glyph(fonts: FontFiles) -> None:
    texts = _texts()
    assert len(texts["GB 2312 level 1"]) == 3755
    for path in (fonts.regular, fonts.bold):
        drawn = characters(path)
        missing = {name: "".join(sorted(set(text) - drawn - set("\n\t\r"))) for name, text in texts.items()}
        assert not any(missing.values()), {name: text for name, text in missing.items() if text}
