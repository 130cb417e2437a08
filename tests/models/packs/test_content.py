"""What the shipped packs have to keep to beyond the schema: speech, windows, variety, readings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.knowledge.catalogue import catalogue
from models.knowledge.validate import validate_packs

PACKS = Path(__file__).parents[3] / "models" / "packs"
NAMES = ("hall", "gov", "bank")
HAN = re.compile(r"[\u4e00-\u9fff]")
DIGITS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
NUMERALS = {
    f"{tens}{unit}": ten * 10 + number
    for ten, tens in enumerate(("", "十", "二十"))
    for number, unit in enumerate(DIGITS)
    if ten or number
}
FLOORS = ("一楼", "二楼", "三楼")
SPOKEN_WINDOWS = re.compile(
    r"((?:二?十?[一二三四五六七八九]|二?十)号(?:、(?:二?十?[一二三四五六七八九]|二?十)号)*)"
    r"(?:现金|智能|大堂)?(?:窗口|柜台|服务台)"
)
NEAR_COPY = 90.0  # per cent of equal characters; above it two questions differ by a particle


@cache
def read(path: Path) -> dict[str, Any]:
    """One YAML file of a pack."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def matters(*packs: str) -> Iterator[dict[str, Any]]:
    """Every matter of these packs."""
    for pack in packs:
        for path in sorted((PACKS / pack / "matters").glob("*.yaml")):
            yield read(path)


def phrases() -> Iterator[tuple[str, str, str]]:
    """Every sentence a pack teaches, as (owner, language, sentence)."""
    talk = read(PACKS / "hall" / "smalltalk.yaml")
    for entry in (*matters(*NAMES), *talk["entries"], {"id": "outside", "examples": talk["outside"]}):
        for language, lines in entry["examples"].items():
            for line in lines:
                yield entry["id"], language, line


ALL = tuple(matters(*NAMES))
by_id = pytest.mark.parametrize("matter", ALL, ids=lambda matter: matter["id"])


@pytest.mark.parametrize("name", NAMES)
def test_the_validator_finds_nothing(name: str) -> None:
    assert validate_packs([PACKS / name]) == []


def test_the_three_packs_stand_side_by_side() -> None:
    assert validate_packs([PACKS / name for name in NAMES]) == []


@by_id
def test_a_matter_is_asked_in_many_ways(matter: dict[str, Any]) -> None:
    assert len(matter["examples"]["zh"]) >= 25
    assert len(matter["examples"]["en"]) >= 8


def test_the_packs_cover_the_whole_catalogue() -> None:
    assert {matter["id"] for matter in ALL} == set(catalogue())


@by_id
def test_titles_fit_their_button(matter: dict[str, Any]) -> None:
    assert len(matter["title"]["zh"]) <= 10
    assert len(matter["title"]["en"]) <= 40


@by_id
def test_check_lists_are_short_and_equal_in_both_languages(matter: dict[str, Any]) -> None:
    for facet, most in (("materials", 6), ("steps", 5)):
        lines = matter["facets"].get(facet)
        if lines is None:
            continue
        assert len(lines["zh"]) == len(lines["en"]) <= most, facet
        assert max(map(len, lines["zh"])) <= 20, facet


@by_id
def test_the_spoken_answer_suits_a_synthesiser(matter: dict[str, Any]) -> None:
    spoken = matter["answer"]["zh"]
    assert len(spoken) <= 60
    assert not re.search(r"[A-Za-z0-9〔〕《》（）/]", spoken), "write numbers as they are said"
    assert not HAN.search(matter["answer"]["en"])


def test_replies_suit_a_synthesiser() -> None:
    for entry in read(PACKS / "hall" / "smalltalk.yaml")["entries"]:
        assert not re.search(r"[A-Za-z0-9]", entry["reply"]["zh"]), entry["id"]
        assert len(entry["examples"]["zh"]) >= 10, entry["id"]
        assert len(entry["examples"]["en"]) >= 6, entry["id"]


def test_outside_holds_enough_of_what_is_not_ours() -> None:
    outside = read(PACKS / "hall" / "smalltalk.yaml")["outside"]
    assert len(outside["zh"]) >= 120
    assert len(outside["en"]) >= 80


@pytest.mark.parametrize("name", NAMES)
def test_every_window_named_is_a_window_of_the_hall(name: str) -> None:
    windows = {window["id"]: window["floor"] for window in read(PACKS / name / "hall.yaml")["windows"]}
    for matter in matters(name):
        text = matter["facets"].get("window")
        if text is None:
            continue
        shown = set(re.findall(r"(\d+) 号", text["zh"]))
        assert shown, matter["id"]
        assert shown <= windows.keys(), matter["id"]
        english = re.sub(r"floor \d", "", text["en"])
        assert set(re.findall(r"\d+", english)) == shown, matter["id"]
        assert all(FLOORS[windows[window] - 1] in text["zh"] for window in shown), matter["id"]


@pytest.mark.parametrize("name", NAMES)
def test_spoken_windows_are_the_windows_shown(name: str) -> None:
    for matter in matters(name):
        said = {
            str(NUMERALS[numeral])
            for group in SPOKEN_WINDOWS.findall(matter["answer"]["zh"])
            for numeral in re.findall(r"([一二三四五六七八九十]+)号", group)
        }
        shown = set(re.findall(r"(\d+) 号", matter["facets"].get("window", {}).get("zh", "")))
        assert said <= shown, matter["id"]


def test_no_two_questions_are_near_copies() -> None:
    process = pytest.importorskip("rapidfuzz.process")
    for language in ("zh", "en"):
        taught = [(owner, line) for owner, spoken, line in phrases() if spoken == language]
        lines = [line.lower() for _, line in taught]
        alike = process.cdist(lines, lines, score_cutoff=NEAR_COPY)
        pairs = [
            (*taught[a], *taught[b])
            for a, b in zip(*alike.nonzero(), strict=True)
            if a < b and taught[a][0] != taught[b][0]
        ]
        assert pairs == []


@pytest.mark.parametrize("name", NAMES)
def test_the_home_screen_offers_every_matter_once(name: str) -> None:
    pack = read(PACKS / name / "pack.yaml")
    offered = [matter for topic in pack["topics"] for matter in topic["matters"]]
    assert sorted(offered) == sorted(matter["id"] for matter in matters(name))
    assert 3 <= len(pack["frequent"]) <= 6


@pytest.mark.parametrize("name", NAMES)
def test_readings_are_readings_of_their_characters(name: str) -> None:
    pypinyin = pytest.importorskip("pypinyin")
    terms = read(PACKS / name / "lexicon.yaml")["terms"]
    assert len(terms) >= 30
    for entry in terms:
        syllables = entry["reading"].split(" ")
        characters = HAN.findall(entry["term"])
        assert len(syllables) == len(characters), entry["term"]
        for syllable, character in zip(syllables, characters, strict=True):
            known = pypinyin.pinyin(
                character,
                style=pypinyin.Style.TONE3,
                heteronym=True,
                v_to_u=True,
                neutral_tone_with_five=True,
            )[0]
            assert syllable in known, entry["term"]
