"""Questions added to a file of which nothing else may change."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.learning.errors import LearningError
from kiosk_app.learning.insertion import with_examples
from models.knowledge.resolve import shipped_packs

MATTER = """\
# for the windows on the third floor
id: gov.a
examples:
  zh:
    - 居住证怎么办   # the usual one
    - "带: 冒号"
    # a note at the end
  en: [how do I, "where, please"]   # few
title: {zh: 居住证, en: Permit}
"""


def read(text: str) -> Any:
    """The content, every scalar as text."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506  it makes nothing but text


def added_lines(before: str, after: str) -> list[str]:
    """The lines that are new; fails when one is gone."""
    diff = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    assert not [line for line in diff if line.startswith("- ")]
    return [line[2:] for line in diff if line.startswith("+ ")]


def test_a_block_list_grows_behind_its_last_item_and_keeps_every_comment() -> None:
    after = with_examples(MATTER, "zh", ["暂住卡怎么续", "- 带横线", "是: 真的 # 吗", "null"])
    assert added_lines(MATTER, after) == [
        "    - 暂住卡怎么续\n",
        "    - '- 带横线'\n",
        "    - '是: 真的 # 吗'\n",
        "    - 'null'\n",
    ]
    assert after.index("暂住卡") < after.index("# a note at the end")


def test_a_list_in_brackets_grows_inside_them() -> None:
    after = with_examples(MATTER, "en", ["what, now?", "a ] b"])
    assert '[how do I, "where, please", "what, now?", "a ] b"]   # few' in after


@pytest.mark.parametrize(
    "text",
    [
        MATTER.replace("\n", "\r\n"),
        "examples:\n  zh:\n  - 甲怎么办\n  - 乙怎么办",
        "examples:\n  zh:\n    - |\n      甲怎么办\n    - >-\n      乙\n      怎么办\nid: x\n",
        "examples: {zh: [甲, 乙]}",
        "\ufeffexamples:\n  zh:\n    - 甲\n",
    ],
)
def test_other_layouts(text: str) -> None:
    before = read(text)
    after = with_examples(text, "zh", ["丙怎么办", "丁"])
    before["examples"]["zh"] += ["丙怎么办", "丁"]
    assert read(after) == before
    assert ("\r\n" in text) == ("\r\n" in after)
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)


@pytest.mark.parametrize(
    "text", ["", "examples: []", "examples: {zh: }", "examples: {zh: []}", "- a", "a: [", "id: x"]
)
def test_no_list_to_add_to_is_said(text: str) -> None:
    with pytest.raises(LearningError):
        with_examples(text, "zh", ["丙"])
    assert with_examples(text, "zh", []) == text


LINE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30).map(lambda s: f"问{s}")


@given(st.lists(LINE, min_size=1, max_size=5), st.sampled_from(["zh", "en"]))
def test_any_question_reads_back_as_it_was_said(additions: list[str], lang: str) -> None:
    before = read(MATTER)
    before["examples"][lang] += additions
    assert read(with_examples(MATTER, lang, additions)) == before


def test_every_shipped_matter_can_be_added_to() -> None:
    files = [file for pack in shipped_packs().values() for file in sorted((pack / "matters").glob("*.yaml"))]
    assert len(files) > 30
    for file in files[::4]:
        text = file.read_bytes().decode("utf-8")
        assert added_lines(text, with_examples(text, "zh", ["全新的一个问题"])) == [
            "    - 全新的一个问题\n"
        ], file
