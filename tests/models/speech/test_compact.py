"""The compact format: read back, refused when damaged, and the same to Vosk as plain transitions."""

from __future__ import annotations

import json
import math
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.speech.backoff import END, Backoff, estimate
from models.speech.compact import CompactGrammar, compact_grammar
from models.speech.fst import Fst
from models.speech.openfst import OpenFstError
from tests.models.speech.conftest import Speak

_sentences = st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=6), min_size=1, max_size=8)


@given(_sentences, st.integers(1, 4).map(lambda n: n + 1), st.sampled_from([(), (1, 2), (1, 1, 2)]))
def test_what_is_written_is_read_back(
    sentences: list[list[int]], order: int, fewest: tuple[int, ...]
) -> None:
    model = estimate(sentences, order, 0.2, fewest)
    read = CompactGrammar(compact_grammar(model))
    read.check(6)
    assert set(read.model()) == set(model)
    for history, own in read.model().items():
        assert own.words == pytest.approx(model[history].words, rel=1e-5)
        assert not history or own.backoff == pytest.approx(model[history].backoff, rel=1e-5)
    expected = {word: share for word, share in model[()].words.items() if word != END}
    assert read.unigrams() == pytest.approx(expected, rel=1e-5)


@given(_sentences, st.data())
def test_a_damaged_file_is_refused_or_harmless(sentences: list[list[int]], data: st.DataObject) -> None:
    whole = compact_grammar(estimate(sentences, 3, 0.2))
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = bytes([*whole[:at], data.draw(st.integers(0, 255)), *whole[at + 1 :]])
    for damaged in (broken, whole[:at], whole + b"\0\0"):
        try:
            read = CompactGrammar(damaged)
            read.check(6)
        except OpenFstError:
            continue
        assert damaged == broken
        assert set().union(*(own.words for own in read.model().values())) <= {END, *range(1, 7)}


def test_costs_that_would_overflow_are_refused() -> None:
    whole = bytearray(compact_grammar(estimate([[1, 2, 3, 4]], 3, 0.2)))
    whole[-4:] = struct.pack("<f", -1e30)
    with pytest.raises(OpenFstError, match="costs"):
        CompactGrammar(bytes(whole)).check(6)


def test_another_transducer_is_refused() -> None:
    with pytest.raises(OpenFstError, match="vector"):
        CompactGrammar(Fst(arcs=[[]], finals=[0.0]).to_bytes())


def test_a_number_too_large_to_allocate_is_refused() -> None:
    whole = bytearray(compact_grammar(estimate([[1]], 2, 0.2)))
    at = whole.index(struct.pack("<QQQ", *CompactGrammar(bytes(whole)).counts))
    whole[at : at + 8] = struct.pack("<Q", 1 << 60)
    with pytest.raises(OpenFstError):
        CompactGrammar(bytes(whole))


def plain(model: Backoff) -> Fst:
    """The same grammar with a transition for everything."""
    fst = Fst()
    states = {history: fst.add_state() for history in model}
    fst.start = states[0,]
    for history, own in model.items():
        for word, share in own.words.items():
            if word == END:
                fst.finals[states[history]] = -math.log(share)
                continue
            target = (*history, word)
            while target not in states:
                target = target[1:]
            fst.add_arc(states[history], states[target], word, word, -math.log(share))
        if history:
            fst.add_arc(states[history], states[history[1:]], cost=-math.log(own.backoff))
    fst.sort(lambda arc: arc.input)
    return fst


def test_vosk_hears_the_same_with_either_format(model_folder: Path, tmp_path: Path, speech: Speak) -> None:
    import vosk

    other = tmp_path / "plain"
    shutil.copytree(model_folder, other)
    grammar = CompactGrammar((model_folder / "graph" / "Gr.fst").read_bytes()).model()
    plain(grammar).write(other / "graph" / "Gr.fst")
    results: list[list[object]] = []
    sounds = [speech("公积金怎么提取"), speech("你们三号窗口等多久", rate=190), speech("今天天气好不好")]
    for folder in (model_folder, other):
        recogniser = vosk.KaldiRecognizer(vosk.Model(str(folder)), 16_000)
        recogniser.SetMaxAlternatives(3)
        for pcm in sounds:
            recogniser.AcceptWaveform(pcm)
        heard = json.loads(recogniser.FinalResult())["alternatives"]
        results.append([(each["text"], round(each["confidence"], 1)) for each in heard])
    assert results[0] == results[1]
    assert np.prod([len(result) for result in results]) > 0
