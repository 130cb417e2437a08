from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import IntentError
from models.intent.encoders import BUILTIN, AdaptableEncoder, Encoder, load_encoder
from models.intent.encoders.builtin import pieces


@pytest.fixture(scope="module")
def builtin() -> Encoder:
    """The built-in encoder."""
    return load_encoder(BUILTIN)


def test_an_encoder_that_is_not_there_is_named() -> None:
    with pytest.raises(IntentError) as caught:
        load_encoder("nonsense-1")
    assert caught.value.code == "encoder_unknown"
    assert "nonsense-1" in caught.value.message


def test_the_builtin_encoder_keeps_the_protocol(builtin: Encoder) -> None:
    assert isinstance(builtin, Encoder)
    assert not isinstance(builtin, AdaptableEncoder)
    assert builtin.name == BUILTIN
    assert builtin.encode([]).shape == (0, builtin.dimension)


@pytest.mark.parametrize(
    ("question", "same", "other"),
    [
        ("my bank card was stolen", "somebody took my debit card", "what is the exchange rate today"),
        ("how long until the parcel arrives", "when will it be delivered", "I want to close my account"),
        ("I forgot my PIN", "cannot remember my passcode", "where can I park the car"),
    ],
)
def test_what_means_the_same_is_nearer(builtin: Encoder, question: str, same: str, other: str) -> None:
    first, near, far = builtin.encode([question, same, other])
    assert first @ near > first @ far + 0.1


@pytest.mark.parametrize("text", ["", "护照多少钱", "😀 !?", "\x00\ud800", "中文 。"])
def test_what_it_does_not_know_is_zeros(builtin: Encoder, text: str) -> None:
    assert not builtin.encode([text]).any()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.text(st.sampled_from("a lost card 护照?1"), max_size=60))
def test_any_text_is_a_unit_vector_or_zeros(builtin: Encoder, text: str) -> None:
    vector = builtin.encode([text])[0]
    assert vector.dtype == np.float32
    length = float(np.linalg.norm(vector))
    assert length == pytest.approx(1.0, abs=1e-4) or length == 0.0


def test_pieces_are_words_pairs_and_parts() -> None:
    assert pieces("Lost card 卡") == [
        "w:lost", "w:card", "b:^ lost", "b:lost card", "b:card $",
        "p:<lo", "p:los", "p:ost", "p:st>", "p:<los", "p:lost", "p:ost>", "p:<lost", "p:lost>",
        "p:<ca", "p:car", "p:ard", "p:rd>", "p:<car", "p:card", "p:ard>", "p:<card", "p:card>",
    ]  # fmt: skip
