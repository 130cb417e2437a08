"""``kiosk chat``: a session in text, one line in, one JSON line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated

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

    Example: printf '居住证要带什么\\n谢谢\\n' | kiosk chat --venue gov
    """
    from kiosk_app.dialogue import Dialogue, Memory, language_of
    from kiosk_app.request import TextAsked

    chosen = check_language(lang)
    dialogue = Dialogue(open_knowledge(pack, venue))
    memory, lang_before = Memory(), chosen or "zh"
    for line in _lines(jsonl):
        if not line:
            memory, lang_before = Memory(), chosen or "zh"
            continue
        # "2" and "?" are in no language: the talk stays in the one it is in.
        lang_now = chosen or (language_of(line) if any(sign.isalpha() for sign in line) else lang_before)
        memory, reply = dialogue.take(memory, TextAsked(line), lang_now)
        lang_before = lang_now
        print(json.dumps(answer_json(line, reply), ensure_ascii=False), flush=True)


def _lines(jsonl: bool) -> Iterator[str]:
    """The turns on standard input; bytes that are not UTF-8 are replaced, for a session must go on."""
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode("utf-8", errors="replace").strip()
        if not (jsonl and line):
            yield line
            continue
        try:
            yield _user(line)
        except (ValueError, KeyError, TypeError):
            raise typer.BadParameter(f'line {number} is not {{"user": …}}', param_hint="--jsonl") from None


def _user(line: str) -> str:
    """The turn in a JSON line; half a surrogate pair, which JSON can hold and text cannot, is replaced."""
    text = json.loads(line)["user"]
    if not isinstance(text, str):
        raise TypeError
    return text.encode("utf-8", errors="replace").decode("utf-8").strip()
