"""From what a person asks for to an encoder: `auto`, `builtin`, or a pretrained one by its short name.

The command line reads this file whenever it starts: nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from enum import StrEnum


class Choice(StrEnum):
    """What can be asked for."""

    AUTO = "auto"
    BUILTIN = "builtin"
    MINILM = "minilm"
    BGE_ZH = "bge-zh"


_NAMES = {Choice.BUILTIN: "builtin-1", Choice.MINILM: "minilm-1", Choice.BGE_ZH: "bge-zh-1"}


def choose(choice: Choice, texts: Sequence[str]) -> str:
    """The encoder's name.

    `auto` is the pretrained encoder of the language that most of the texts are in, when its files are here and torch
    to tune it, else the built-in one.
    """
    if choice is not Choice.AUTO:
        return _NAMES[choice]
    from models.intent.encoders.pretrained_weights import PRETRAINED, find_files
    from models.intent.words import has_han

    chinese = 2 * sum(has_han(text) for text in texts) > len(texts)
    name = _NAMES[Choice.BGE_ZH if chinese else Choice.MINILM]
    return name if can_tune() and find_files(PRETRAINED[name]) else _NAMES[Choice.BUILTIN]


def can_tune() -> bool:
    """Whether torch, which fine-tuning needs, is installed."""
    return importlib.util.find_spec("torch") is not None
