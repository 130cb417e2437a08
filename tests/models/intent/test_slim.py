from __future__ import annotations

import numpy as np
import pytest

from models.intent import slim
from models.intent.encoders import BUILTIN, load_encoder
from models.intent.fit import fit
from models.intent.samples import Sentence, matrix, prepare
from models.intent.slim import slimmed

LABELS = {"card": "my card is", "loan": "a loan of", "photo": "the photo was"}
QUESTIONS = [
    Sentence(f"{words} {other}", label)
    for label, words in LABELS.items()
    for other in ("lost", "old", "ten thousand", "gone yesterday", "here")
]


def test_the_commonest_ngrams_and_some_sentences_of_each_label_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = prepare(QUESTIONS, None, ("summary",), 1, load_encoder(BUILTIN))
    whole = fit(samples, np.arange(len(samples)), 1)
    assert len(slimmed(whole).vocabulary.keys) == len(whole.vocabulary.keys)

    monkeypatch.setattr(slim, "TABLE", 3 * 60)
    monkeypatch.setattr(slim, "NEIGHBOURS", 6)
    small = slimmed(whole)
    assert len(small.vocabulary.keys) == len(small.label.table) == small.vectors.shape[1] == 60
    assert (np.diff(small.vocabulary.keys.astype(np.int64)) > 0).all()
    assert small.vocabulary.rarity.max() <= whole.vocabulary.rarity.max()
    assert small.kin.tolist() == [0, 0, 1, 1, 2, 2]
    margins = small.label.margins(matrix(small.vocabulary, samples.clean))
    assert (margins.argmax(axis=1) == samples.label).mean() > 0.9
