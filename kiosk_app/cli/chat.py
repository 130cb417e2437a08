"""``kiosk chat``: a session in text, one line in, one JSON line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, cast

import typer

from kiosk_app.cli.answers import answer_json
from kiosk_app.cli.knowledge_options import (
    LangOption,
    PackOption,
    VenueOption,
    check_language,
    open_knowledge,
)


def chat(
    venue: VenueOption = None,
    pack: PackOption = None,
    lang: LangOption = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"user": …} a line instead of plain text.')
    ] = False,
) -> None:
    """Talk to the kiosk in text: a line in, a JSON line out; an empty line starts a new session.

    A line that --jsonl cannot read is answered as nothing understood, with "error"; the exit status is then 1.

    Example: printf '居住证要带什么\\n谢谢\\n' | kiosk chat --venue gov
    """
    from kiosk_app.dialogue import Dialogue, Memory, language_of
    from kiosk_app.request import TextAsked

    chosen = check_language(lang)
    dialogue = Dialogue(open_knowledge(pack, venue))
    memory, lang_before, unread = Memory(), chosen or "zh", 0
    for line in _lines(jsonl):
        if line is None:
            memory, lang_before = Memory(), chosen or "zh"
            continue
        text = line.text
        lang_now = chosen or (lang_before if _of_no_language(text) else language_of(text))
        after, reply = dialogue.take(memory, TextAsked(text), lang_now)
        document = answer_json(text, reply)
        if line.error:
            unread += 1
            document["error"] = line.error
            print(f"error: {line.error}", file=sys.stderr)
        else:
            memory, lang_before = after, lang_now
        print(json.dumps(document, ensure_ascii=False), flush=True)
    if unread:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Line:
    """One turn; ``error`` says why a line of JSON could not be read, and then there are no words."""

    text: str
    error: str = ""


def _of_no_language(text: str) -> bool:
    """Whether the talk stays in the language it is in: "2", "?" and "ETC" are in none."""
    return not any(sign.isalpha() for sign in text) or (text.isascii() and text.isupper())


def _lines(jsonl: bool) -> Iterator[_Line | None]:
    """The turns on standard input, None for an empty line.

    Bytes that are not UTF-8 are replaced, and a line that cannot be read is told: a session must go on.
    """
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode("utf-8", errors="replace").strip()
        if not line:
            yield None
        elif not jsonl:
            yield _Line(line)
        else:
            yield _read(line, number)


def _read(line: str, number: int) -> _Line:
    """The turn in a JSON line; half a surrogate pair, which JSON can hold and text cannot, is replaced."""
    try:
        document: Any = json.loads(line)
    except (ValueError, RecursionError):
        document = None
    text: Any = cast("dict[str, Any]", document).get("user") if isinstance(document, dict) else None
    if not isinstance(text, str):
        return _Line("", f'line {number} is not {{"user": "…"}}')
    return _Line(text.encode("utf-8", errors="replace").decode("utf-8").strip())
