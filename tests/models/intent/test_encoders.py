from __future__ import annotations

import pytest

from models.errors import IntentError
from models.intent.encoders import load_encoder


def test_an_encoder_that_is_not_there_is_named() -> None:
    with pytest.raises(IntentError) as caught:
        load_encoder("nonsense-1")
    assert caught.value.code == "encoder_unknown"
    assert "nonsense-1" in caught.value.message
