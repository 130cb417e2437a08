"""Queues in hall.yaml: checked with file and line, carried in the content, found for a matter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.knowledge import Problem, validate_packs
from models.knowledge.assemble import assemble
from models.knowledge.content import CONTENT
from models.knowledge.source import read_packs
from tests.models.knowledge.tiny import write, write_pack

QUEUE = {
    "id": "papers",
    "letter": "A",
    "name": {"zh": "证件", "en": "Papers"},
    "windows": ["3"],
    "topics": ["papers"],
}


def _with_queues(folder: Path, *queues: dict[str, Any]) -> list[Problem]:
    path = folder / "hall.yaml"
    hall = yaml.safe_load(path.read_text("utf-8"))
    write(path, hall | {"queues": list(queues)})
    return validate_packs([folder])


def test_a_queue_is_carried_and_found_for_a_matter(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    assert _with_queues(folder, QUEUE) == []
    content = assemble(read_packs([folder]))
    (queue,) = content.hall.queues
    assert (queue.letter, queue.windows, queue.topics) == ("A", ("3",), ("papers",))
    again = CONTENT.validate_json(CONTENT.dump_json(content))
    assert again == content and not list(again.contradictions())


def test_content_of_before_there_were_queues_is_still_read(tmp_path: Path) -> None:
    old = json.loads(CONTENT.dump_json(assemble(read_packs([write_pack(tmp_path)]))))
    del old["hall"]["queues"]
    assert CONTENT.validate_python(old).hall.queues == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"letter": "a"}, "letter"),
        ({"letter": "AB"}, "letter"),
        ({"letter": "Ａ"}, "letter"),
        ({"windows": ["4"]}, "there is no window `4`"),
        ({"windows": []}, "windows"),
        ({"topics": ["paper"]}, "did you mean `papers`"),
        ({"name": {"zh": "证件"}}, "nothing in the language `en`"),
        ({"colour": "red"}, "unknown key"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    problems = _with_queues(write_pack(tmp_path), QUEUE | change)
    assert len(problems) == 1 and told in problems[0].message, problems
    assert problems[0].file.endswith("hall.yaml") and problems[0].line > 5


@pytest.mark.parametrize("same", ["id", "letter", "topics"])
def test_what_belongs_to_one_queue_cannot_belong_to_two(tmp_path: Path, same: str) -> None:
    other = QUEUE | {"id": "other", "letter": "B", "topics": []} | {same: QUEUE[same]}
    problems = _with_queues(write_pack(tmp_path), QUEUE, other)
    assert len(problems) == 1, problems


def test_an_artefact_with_one_letter_twice_is_no_sound_one(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    _with_queues(folder, QUEUE)
    plain = json.loads(CONTENT.dump_json(assemble(read_packs([folder]))))
    plain["hall"]["queues"] *= 2
    assert list(CONTENT.validate_python(plain).contradictions())
