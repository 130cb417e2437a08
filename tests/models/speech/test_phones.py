"""The phone table and its numbering."""

from pathlib import Path

import pytest

from models.speech import SpeechModelError
from models.speech.phones import PhoneTable
from models.speech.weights import EMBEDDED

TABLE = PhoneTable(("SIL", "a", "m"), {"a": (("a",),), "ma": (("m", "a"),)})


def test_numbers_count_positions_after_silence() -> None:
    assert TABLE.number("SIL", "") == 1
    assert [TABLE.number("a", position) for position in "BEIS"] == [2, 3, 4, 5]
    assert TABLE.number("m", "B") == 6
    assert TABLE.transitions == 18


def test_every_transition_number_is_used_once() -> None:
    numbers = range(1, len(TABLE.position_phones) + 1)
    transitions = [make(number) for number in numbers for make in (TABLE.stay, TABLE.leave)]
    assert transitions == list(range(1, TABLE.transitions + 1))


def test_word_boundaries_follow_the_numbers() -> None:
    assert TABLE.word_boundaries().splitlines()[:5] == [
        "1 nonword",
        "2 begin",
        "3 end",
        "4 internal",
        "5 singleton",
    ]


def test_a_table_is_read_back(tmp_path: Path) -> None:
    TABLE.write(tmp_path / "phones.json")
    assert PhoneTable.read(tmp_path / "phones.json") == TABLE


@pytest.mark.parametrize(
    "text", ["", "[]", '{"phones": ["SIL"]}', '{"phones": ["SIL"], "syllables": {"a": [["a"]]}}']
)
def test_a_damaged_table_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "phones.json"
    path.write_text(text)
    with pytest.raises(SpeechModelError, match="reinstall") as caught:
        PhoneTable.read(path)
    assert caught.value.code == "weights_damaged"


def test_a_missing_table_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SpeechModelError) as caught:
        PhoneTable.read(tmp_path / "phones.json")
    assert caught.value.code == "weights_missing"


def test_the_committed_table_knows_mandarin() -> None:
    table = EMBEDDED.phones()
    assert len(table.syllables) > 400
    assert {"zhuang", "lv", "nve", "er", "n", "shei", "xiong"} <= set(table.syllables)
