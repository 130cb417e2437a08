"""A recogniser exchanged between two utterances, never in the middle of one."""

from __future__ import annotations

from kiosk_app.runtime.recognition import ReplaceableRecognizer
from voice.ports import Recognition


class Named:
    """A recogniser that hears its own name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.resets = 0

    def accept(self, pcm: bytes) -> str:
        return self.name

    def finish(self) -> Recognition:
        return Recognition(self.name, (), 1.0)

    def reset(self) -> None:
        self.resets += 1


def test_a_replacement_begins_with_the_very_next_utterance() -> None:
    recognizer = ReplaceableRecognizer(Named("old"))
    assert recognizer.accept(b"") == "old"
    assert recognizer.finish().text == "old"
    recognizer.replace(Named("new"))
    assert recognizer.accept(b"") == "new"
    assert recognizer.finish().text == "new"


def test_an_utterance_that_is_being_heard_stays_with_the_old_one() -> None:
    recognizer = ReplaceableRecognizer(Named("old"))
    recognizer.accept(b"")
    recognizer.replace(Named("new"))
    assert recognizer.accept(b"") == "old"
    assert recognizer.finish().text == "old"
    assert recognizer.accept(b"") == "new"


def test_a_dropped_utterance_ends_the_old_one_too() -> None:
    old = Named("old")
    recognizer = ReplaceableRecognizer(old)
    recognizer.accept(b"")
    recognizer.replace(Named("new"))
    recognizer.reset()
    assert old.resets == 1, "the utterance was dropped from another recogniser than the one that heard it"
    assert recognizer.accept(b"") == "new"


def test_the_last_of_several_replacements_counts() -> None:
    recognizer = ReplaceableRecognizer(Named("old"))
    recognizer.replace(Named("newer"))
    recognizer.replace(Named("newest"))
    assert recognizer.accept(b"") == "newest"
