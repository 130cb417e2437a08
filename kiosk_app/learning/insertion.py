"""Adds example questions to the text of a matter file; every other character of it stays. Pure.

A round trip through a YAML library would rewrap lines and lose the editor's layout; the places come from the parser,
the text is the editor's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import yaml

from kiosk_app.learning.errors import LearningError


def with_examples(text: str, lang: str, additions: Sequence[str]) -> str:
    """``text`` with ``additions`` at the end of its ``examples.<lang>``.

    Raises LearningError ``learning.insertion`` when there is no such list, or when the result would not read back
    as exactly the old content and the additions.
    """
    if not additions:
        return text
    node = _examples(text, lang)
    insert = _into_brackets if node.flow_style else _below
    changed = insert(text, node, additions)
    before, after = yaml.load(text, yaml.BaseLoader), yaml.load(changed, yaml.BaseLoader)  # noqa: S506  text only
    before["examples"][lang] += additions
    if before != after:
        raise LearningError(
            f"examples.{lang} is laid out in a way that cannot be added to; add by hand", _CODE
        )
    return changed


_CODE = "learning.insertion"


def _examples(text: str, lang: str) -> yaml.SequenceNode:
    try:
        node: Any = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise LearningError("not valid YAML; run `kiosk pack validate` first", _CODE) from error
    for key in ("examples", lang):
        node = _value(node, key)
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise LearningError(f"has no list examples.{lang} to add to", _CODE)
    return node


def _value(node: Any, key: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _below(text: str, node: yaml.SequenceNode, additions: Sequence[str]) -> str:
    """New lines behind the last item, indented as the first one."""
    last = node.value[-1].end_mark
    lines = text.splitlines(keepends=True)
    # A block scalar ends where the next thing begins, anything else within its own line.
    place = last.line + (1 if last.column else 0)
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += newline
    indent = " " * node.start_mark.column
    lines[place:place] = [f"{indent}- {_scalar(addition)}{newline}" for addition in additions]
    return "".join(lines)


def _into_brackets(text: str, node: yaml.SequenceNode, additions: Sequence[str]) -> str:
    place = node.value[-1].end_mark.index
    added = "".join(f", {json.dumps(addition, ensure_ascii=False)}" for addition in additions)
    return text[:place] + added + text[place:]


def _scalar(text: str) -> str:
    """One line of YAML that reads back as ``text``; in quotes only where it has to be."""
    written = yaml.safe_dump(text, allow_unicode=True, width=float("inf")).removesuffix("\n")
    return written.removesuffix("\n...")
