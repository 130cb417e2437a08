"""Errors of the models package: one base, a stable code for machines, a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.knowledge.problems import Problem


class ModelsError(Exception):
    """Base of every error that this package raises on purpose.

    `code` is stable and meant for programs; `message` says what is wrong, where, and what to do next.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class KnowledgeError(ModelsError):
    """A pack folder or a knowledge artefact cannot be used; `problems` lists what a person has to correct."""

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(code, message)
        self.problems: tuple[Problem, ...] = tuple(problems)


class IntentError(ModelsError):
    """An intent model, or the data to train or measure one, cannot be used."""
