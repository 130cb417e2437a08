"""A language in files: the same back, and nothing else believed."""

from __future__ import annotations

import pytest

from models.speech import SpeechModelError, language_of
from models.speech.language_files import GRAMMAR, WORDS, read_language, write_language

LANGUAGE = language_of(["我要取号", "银行卡挂失", "还要等多久"], ["取号"])
FILES = write_language(LANGUAGE)


def test_what_is_written_is_read_back() -> None:
    assert read_language(FILES) == LANGUAGE
    assert write_language(read_language(FILES)) == FILES


def test_the_same_sentences_give_the_same_bytes() -> None:
    again = language_of(["还要等多久", "我要取号", "银行卡挂失"], ["取号"])
    assert write_language(again) == FILES


def test_the_source_tells_other_sentences_and_terms_apart() -> None:
    sentences = ["我要取号", "银行卡挂失", "还要等多久"]
    others = {language_of(sentences).source, language_of(sentences[:2], ["取号"]).source, LANGUAGE.source}
    assert len(others) == 3


@pytest.mark.parametrize(
    "files",
    [
        {},
        {GRAMMAR: FILES[GRAMMAR]},
        {WORDS: FILES[WORDS]},
        FILES | {WORDS: b"\xff\xfe"},
        FILES | {WORDS: FILES[WORDS].replace(b"speech-1", b"speech-2")},
        FILES | {WORDS: FILES[WORDS].splitlines(keepends=True)[0]},
        FILES | {WORDS: b"".join(FILES[WORDS].splitlines(keepends=True)[:-1])},
        FILES | {WORDS: FILES[WORDS] + FILES[WORDS].splitlines(keepends=True)[-1]},
        FILES | {WORDS: FILES[WORDS] + "两 个\tliang ge\n".encode()},
        FILES | {GRAMMAR: FILES[GRAMMAR][:-1]},
        FILES | {GRAMMAR: b""},
    ],
)
def test_damaged_files_are_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(SpeechModelError) as caught:
        read_language(files)
    assert caught.value.code == "language_damaged"
