"""The catalogues: complete, without leftovers, and read at run time."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from kiosk_app import i18n

DOMAINS = (i18n.DOMAIN, i18n.SPOKEN, i18n.STAFF)
PACKAGE = Path(i18n.__file__).parent
_KV = re.compile(r"""\b_\(\s*(["'])(.+?)\1\s*\)""")


def _ids_in_code() -> set[str]:
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        with path.open("rb") as file:
            for _, message, _, _ in extract(
                "python", file, keywords={"_": None, "N_": None, "gettext": None}
            ):
                found.add(message if isinstance(message, str) else message[0])
    for path in PACKAGE.rglob("*.kv"):
        found |= {match[2] for match in _KV.finditer(path.read_text(encoding="utf-8"))}
    return found


def _entries(domain: str) -> dict[str, str]:
    with i18n.catalogue_file("zh", domain).open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_every_message_of_the_code_is_in_a_catalogue() -> None:
    known = {message for domain in DOMAINS for message in _entries(domain)}
    assert _ids_in_code() - known == set()


def test_the_screens_catalogue_has_no_unused_message() -> None:
    translator_ids = {"Y", "English"}  # asked of a named language
    shown = set(_entries(i18n.DOMAIN)) | set(_entries(i18n.STAFF))
    assert shown - _ids_in_code() - translator_ids == set()


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_message_is_translated_with_its_placeholders(domain: str) -> None:
    for message, text in _entries(domain).items():
        assert text, message
        assert sorted(re.findall(r"{\w+}", message)) == sorted(re.findall(r"{\w+}", text)), message


def test_no_message_is_in_two_catalogues() -> None:
    for one, other in combinations(DOMAINS, 2):
        assert set(_entries(one)) & set(_entries(other)) == set()


def test_chinese_comes_from_the_catalogue_and_english_is_the_message() -> None:
    assert i18n.translator("zh")("Call staff") == "人工服务"
    assert i18n.translator("en")("Call staff") == "Call staff"
    assert i18n.translator("zh")("no such message") == "no such message"
    assert i18n.translations("zh") is i18n.translations("zh")


def test_each_language_is_offered_under_its_own_name() -> None:
    assert i18n.translator("zh")("English") == "中文"
    assert i18n.translator("en")("English") == "English"
