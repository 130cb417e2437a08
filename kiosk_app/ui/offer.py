"""The question with which a spoken answer offers the next step, taken apart from the answer. No toolkit here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kiosk_app.reply import Choice

_SENTENCE_ENDS = re.compile(r"[。！？.!?]\s*")


def offered(speech: str, choices: Sequence[Choice]) -> tuple[str, str]:
    """What is answered, and the last sentence when it asks for the only choice by its name; or else all and nothing.

    The question then stands on the button that answers it, and is not to be read twice.
    """
    starts = [end.end() for end in _SENTENCE_ENDS.finditer(speech) if end.end() < len(speech)]
    if len(choices) != 1 or not starts:
        return speech, ""
    question = speech[starts[-1] :].strip()
    if not question.endswith(("？", "?")) or choices[0].label not in question:
        return speech, ""
    return speech[: starts[-1]].rstrip(), question
