"""A hall's grammar for a look-ahead model; a model of our own with a wider vocabulary stands in for an official one."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from models.speech import SpeechModelError, build_speech_model, hall_model, is_look_ahead
from models.speech.compact import CompactGrammar
from models.speech.openfst import Header
from tests.models.speech.conftest import SENTENCES, Speak

Hear = Callable[[Path, bytes], str]

ASKED = ("医保卡怎么挂失", "身份证几点能取", "窗口下班了吗")
GENERAL = (
    *SENTENCES,
    *(
        "衣",
        "服",
        "衣服",
        "宝",
        "宝贝",
        "卡",
        "医",
        "保",
        "医生",
        "挂",
        "失",
        "取",
        "能",
        "下",
        "班",
        "了",
        "吗",
    ),
    *("小猫睡觉", "几", "点", "怎么", "身份证", "窗口", "下班", "请唱歌", "天气很好", "电影好看"),
)


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_speech_model(GENERAL, tmp_path_factory.mktemp("official") / "vosk-model-wide")
    (folder / "rescore").mkdir()
    return folder


def with_symbols(folder: Path) -> None:
    """Move the word list into the grammar's file, where official models have it."""
    grammar, words = folder / "graph" / "Gr.fst", folder / "graph" / "words.txt"
    lines = [line.rsplit(" ", 1) for line in words.read_text("utf-8").splitlines()]
    entries = b"".join(
        struct.pack("<i", len(word.encode())) + word.encode() + struct.pack("<q", int(number))
        for word, number in lines
    )
    name = b"words"
    table = (
        struct.pack("<ii", 2125658996, len(name))
        + name
        + struct.pack("<qq", len(lines), len(lines))
        + entries
    )
    data = grammar.read_bytes()
    header, at = Header.read(data)
    fields = (header.kind, header.arcs_of, header.version, 3, header.properties)
    flagged = Header(*fields, header.start, header.states, header.arcs).to_bytes()
    grammar.write_bytes(flagged + table + table + data[at:])
    words.unlink()


def test_the_hall_s_sentences_are_heard_in_new_orders_of_the_model_s_words(
    official: Path, tmp_path: Path, speech: Speak, hear: Hear
) -> None:
    made = hall_model(official, ASKED, tmp_path)
    for text in ASKED:
        assert hear(made, speech(text)) == text


def test_the_model_s_other_words_stay_possible(
    official: Path, tmp_path: Path, speech: Speak, hear: Hear
) -> None:
    assert hear(hall_model(official, ASKED, tmp_path), speech("银行卡挂失")) == "银行卡挂失"


def test_words_inside_the_grammar_s_file_are_found(
    official: Path, tmp_path: Path, speech: Speak, hear: Hear
) -> None:
    carried = tmp_path / "carried"
    shutil.copytree(official, carried)
    with_symbols(carried)
    assert hear(carried, speech("我要取号")) == "我要取号", "Vosk reads such a file"
    made = hall_model(carried, ASKED, tmp_path / "cache")
    assert (made / "graph" / "words.txt").read_bytes() == (official / "graph" / "words.txt").read_bytes()
    assert hear(made, speech(ASKED[0])) == ASKED[0]


def test_only_graph_and_words_are_made_everything_else_is_linked(official: Path, tmp_path: Path) -> None:
    made = hall_model(official, ASKED, tmp_path)
    own = {
        str(path.relative_to(made)) for path in made.rglob("*") if path.is_file() and not path.is_symlink()
    }
    assert own == {"graph/Gr.fst", "graph/words.txt"}
    assert (made / "am" / "final.mdl").read_bytes() == (official / "am" / "final.mdl").read_bytes()
    assert (made / "graph" / "HCLr.fst").resolve() == (official / "graph" / "HCLr.fst").resolve()
    assert not (made / "rescore").exists(), "it would bring the old language model back"


def test_general_words_keep_their_share(official: Path, tmp_path: Path) -> None:
    made = hall_model(official, ASKED, tmp_path)
    words = dict(
        line.rsplit(" ", 1) for line in (made / "graph" / "words.txt").read_text("utf-8").splitlines()
    )
    shares = CompactGrammar((made / "graph" / "Gr.fst").read_bytes()).unigrams()
    assert 0 < shares[int(words["睡觉"])] < shares[int(words["吗"])]


def test_it_is_made_once(official: Path, tmp_path: Path) -> None:
    first = hall_model(official, ASKED, tmp_path)
    stamp = first.stat().st_mtime_ns
    assert hall_model(official, tuple(reversed(ASKED)), tmp_path) == first
    assert first.stat().st_mtime_ns == stamp
    assert hall_model(official, ASKED[:1], tmp_path) != first


def test_a_grammar_of_another_kind_gives_all_words_alike(official: Path, tmp_path: Path) -> None:
    from models.speech.fst import Fst

    other = tmp_path / "vector"
    shutil.copytree(official, other)
    fst = Fst()
    fst.add_state(0.0)
    fst.write(other / "graph" / "Gr.fst")
    made = hall_model(other, ASKED, tmp_path / "cache")
    words = dict(
        line.rsplit(" ", 1) for line in (made / "graph" / "words.txt").read_text("utf-8").splitlines()
    )
    shares = CompactGrammar((made / "graph" / "Gr.fst").read_bytes()).unigrams()
    assert shares[int(words["睡觉"])] == pytest.approx(shares[int(words["衣服"])]) != 0


def test_a_model_with_one_graph_is_left_alone(official: Path, tmp_path: Path) -> None:
    single = tmp_path / "single"
    shutil.copytree(official, single)
    (single / "graph" / "Gr.fst").unlink()
    assert not is_look_ahead(single)
    with pytest.raises(SpeechModelError) as caught:
        hall_model(single, ASKED, tmp_path / "cache")
    assert caught.value.code == "model_unsuitable"


@pytest.mark.parametrize("sentences", [(), ("ETC",), ("魑魅魍魉",)])
def test_nothing_the_model_knows_is_refused(
    sentences: tuple[str, ...], official: Path, tmp_path: Path
) -> None:
    with pytest.raises(SpeechModelError) as caught:
        hall_model(official, sentences, tmp_path)
    assert caught.value.code == "model_unsuitable"
    assert list(tmp_path.iterdir()) == []


def test_words_that_cannot_be_read_are_reported(official: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(official, broken)
    (broken / "graph" / "words.txt").unlink()
    with pytest.raises(SpeechModelError) as caught:
        hall_model(broken, ASKED, tmp_path / "cache")
    assert caught.value.code == "model_unsuitable"
