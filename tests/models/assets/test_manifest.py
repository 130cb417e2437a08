"""The shipped manifest: complete, well-formed, and refusing what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.assets import (
    BGE_ZH,
    BGE_ZH_VOCABULARY,
    MINILM,
    MINILM_VOCABULARY,
    NANODET,
    PIPER_ZH,
    PIPER_ZH_CONFIG,
    VOSK_EN,
    VOSK_ZH,
    YUNET,
    AssetError,
    default_root,
    load_manifest,
)


def test_the_shipped_manifest_holds_what_the_kiosk_asks_for() -> None:
    manifest = load_manifest()
    encoders = (MINILM, MINILM_VOCABULARY, BGE_ZH, BGE_ZH_VOCABULARY)
    for name in (VOSK_ZH, VOSK_EN, YUNET, NANODET, PIPER_ZH, PIPER_ZH_CONFIG, *encoders):
        assert manifest.get(name).name == name
    assert len(manifest.assets) == 10


def test_names_aliases_and_addresses_are_consistent() -> None:
    manifest = load_manifest()
    called = [word for asset in manifest.assets for word in {asset.name, asset.alias, asset.file}]
    assert len(called) == len(set(called))
    for asset in manifest.assets:
        assert asset.url.startswith("https://")
        # Sentence encoders are `model.safetensors` and `vocab.txt` at the source, whichever they are.
        generic = ("/model.safetensors", "/vocab.txt")
        assert asset.url.endswith("/" + asset.file) or asset.url.endswith(generic)
        assert asset.file == asset.name + (".zip" if asset.kind == "vosk-zip" else "")


@pytest.mark.parametrize(
    "text", ["assets = 3", "[[assets]]\nname = '../evil'", "not toml ][", "[[assets]]\nname = 'a'\nextra = 1"]
)
def test_a_malformed_manifest_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(text)
    with pytest.raises(AssetError, match=r"manifest\.toml") as refused:
        load_manifest(path)
    assert refused.value.code == "assets.bad_manifest"


def test_the_data_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path))
    assert default_root() == tmp_path / "assets"
    monkeypatch.delenv("YINGBIN_HOME")
    assert default_root().parts[-2:] == ("yingbin", "assets")
