"""An intent model trained on the small pack, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.intent.run import IntentModel
from models.intent.train import Trained, train
from models.knowledge.build import OUTSIDE, training_sentences
from models.knowledge.compare import read_content
from tests.models.knowledge.tiny import write_pack


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """What training on the small pack gives."""
    content = read_content(write_pack(tmp_path_factory.mktemp("intent")))
    return train(list(training_sentences(content)), outside=OUTSIDE)


@pytest.fixture(scope="session")
def model(trained: Trained) -> IntentModel:
    """That model, running."""
    return IntentModel(trained.files)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of labelled sentences with splits, some out of scope."""
    rows = ["split\ttext\tlabel"]
    things = {
        "lights": ("lamp", "light", "bulb"),
        "music": ("song", "tune", "album"),
        "weather": ("rain", "snow", "wind"),
    }
    forms = ("tell me about the {}", "what about the {} today", "I want the {} now", "give me the {} please")
    for label, words in things.items():
        for word in words:
            rows += [f"train\t{form.format(word)}\t{label}" for form in forms]
            rows.append(f"test\tcan you do the {word}\t{label}")
    rows += [
        f"oos_train\twho is the {who} of {where}\toos"
        for who in ("king", "mayor")
        for where in ("Spain", "Rome", "Cuba")
    ]
    rows += ["oos_test\twho is the queen of Norway\toos", "oos_test\tmultiply seven by nine\toos"]
    path = tmp_path / "table.tsv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path
