from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intent.features import Featurizer
from models.intent.noise import drop_function_words, heard, replace_homophones
from models.intent.syllables import SyllableTable, fold, pypinyin_table
from models.intent.vectors import Vocabulary
from models.intent.words import MAX_CHARACTERS, normalise

FEATURIZER = Featurizer(pypinyin_table())


def cosine(one: str, other: str) -> float:
    """How alike two sentences are to a model that knows both."""
    documents = [FEATURIZER.features(text) for text in (one, other)]
    vocabulary = Vocabulary.learn(documents)
    rows = np.zeros((2, len(vocabulary.keys)))
    for row, document in zip(rows, documents, strict=True):
        vector = vocabulary.vector(document)
        row[vector.indices] = vector.weights
    return float(rows[0] @ rows[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [("zhang", "zan"), ("chi", "ci"), ("shi", "si"), ("nan", "lan"), ("niu", "liu"), ("hui", "fei"), ("hua", "fa"),
     ("jing", "jin"), ("sheng", "sen"), ("hu", "fu"), ("huang", "fan")],
)  # fmt: skip
def test_what_recognisers_confuse_folds_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_what_nobody_confuses_stays_apart() -> None:
    assert len({fold(name) for name in ("ma", "ba", "fa", "ga", "an", "en", "n", "ng", "zu", "ju")}) >= 9


def test_the_table_of_syllables_survives_packing() -> None:
    table = pypinyin_table()
    names, codes = table.pack()
    assert SyllableTable.unpack(names, np.frombuffer(codes, "<u2").tolist()) == table
    assert [table.readings[character] for character in "居住证女行"] == ["ju", "zhu", "zheng", "nv", "xing"]


def test_a_homophone_is_nearer_than_another_word() -> None:
    assert cosine("办居住证", "办居主正") > 0.3 > cosine("办居住证", "买电影票")


def test_an_accent_costs_little() -> None:
    assert cosine("四号窗口", "是号窗口") > cosine("四号窗口", "五号窗口")


def test_width_and_case_do_not_matter() -> None:
    assert FEATURIZER.features("ＷｉＦｉ密码") == FEATURIZER.features("wifi密码")
    assert FEATURIZER.features("I can’t") == FEATURIZER.features("i can't")


def test_words_do_not_run_across_chinese() -> None:
    apart = FEATURIZER.features("open窗口card")[0]
    together = FEATURIZER.features("open card")[0]
    assert set(together) - set(apart)  # the pair of words


def test_hashes_are_the_same_everywhere() -> None:
    solid, written = FEATURIZER.features("证a")
    assert 681887532 in written
    assert sorted(solid) == [3343671212, 3977856809]


@given(st.text())
def test_any_text_has_features(text: str) -> None:
    solid, written = FEATURIZER.features(text)
    assert all(0 <= key < 2**32 and weight > 0 for part in (solid, written) for key, weight in part.items())


def test_long_texts_are_cut() -> None:
    assert len(normalise("ﷺ" * 10_000)) == MAX_CHARACTERS  # one character that becomes eighteen
    assert FEATURIZER.features("很" * 10_000) == FEATURIZER.features("很" * 300)


def test_unknown_words_shorten_a_vector_and_unknown_characters_do_not() -> None:
    vocabulary = Vocabulary.learn([FEATURIZER.features(text) for text in ("居住证", "the lamp")])
    known, stranger = (
        vocabulary.vector(FEATURIZER.features(text)) for text in ("the lamp", "the lamp xylophone")
    )
    assert np.linalg.norm(stranger.weights) < 0.8 * np.linalg.norm(known.weights)
    right, misheard = (
        np.linalg.norm(vocabulary.vector(FEATURIZER.features(t)).weights) for t in ("居住证", "居主正")
    )
    assert misheard > 0.7 * right


def test_one_syllable_is_less_evidence_than_a_sentence() -> None:
    texts = ("对", "对方没有收到我转的钱")
    vocabulary = Vocabulary.learn([FEATURIZER.features(text) for text in texts] * 5)
    short, long = (np.linalg.norm(vocabulary.vector(FEATURIZER.features(text)).weights) for text in texts)
    assert short < 0.5 * long


def test_homophones_sound_the_same_and_leave_the_rest() -> None:
    readings = pypinyin_table().readings
    changed = replace_homophones("居住证 abc 12", 1.0, random.Random(1))
    assert changed != "居住证 abc 12" and changed.endswith(" abc 12")
    assert [readings[c] for c in changed[:3]] == ["ju", "zhu", "zheng"]
    assert replace_homophones("居住证", 0.0, random.Random(1)) == "居住证"


def test_noise_takes_the_share_it_is_told() -> None:
    text = "我想办一个居住证要带什么材料" * 50
    changed = replace_homophones(text, 0.2, random.Random(1))
    assert 0.15 < sum(a != b for a, b in zip(text, changed, strict=True)) / len(text) < 0.25


def test_a_heard_sentence_is_never_empty() -> None:
    chance = random.Random(1)
    assert all(drop_function_words("请问", chance) for _ in range(20))
    assert all(heard("我想要的吗", chance) for _ in range(20))
