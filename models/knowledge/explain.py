"""Turns a schema's complaints into sentences for the person who edits the file."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from models.knowledge.document import Document, Location

M = TypeVar("M", bound=BaseModel)

DRAFT = "draft"
"""The key of the block at the top of a draft."""
_STILL_A_DRAFT = (
    "this file is still a draft: move it to drafts/, check it there and run `kiosk pack approve`, "
    "or delete the block `draft:`"
)
_EXPECTED = {
    "string_type": "one text",
    "list_type": "a list (lines that start with `- `)",
    "dict_type": "one entry for each language (`zh:`, `en:`)",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}


def check_shape(document: Document, model: type[M]) -> M | None:
    """The document as `model`, or None with the document's problems filled in."""
    if document.value is None:
        if not document.problems:
            document.complain((), "the file holds nothing: fill it in or delete it")
        return None
    for location in _left_out(document.value):
        document.complain(location, f"`{dotted(location)}` has no value: write it or delete the line")
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=True):
            _complain(document, model, detail)
        return None


def _left_out(value: object, at: Location = ()) -> Iterator[Location]:
    """Where a key or a dash stands with nothing after it."""
    if value is None:
        yield at
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _left_out(item, (*at, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _left_out(item, (*at, place))


def suggest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` for the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


def _complain(document: Document, model: type[BaseModel], detail: Any) -> None:
    kind: str = detail["type"]
    location: Location = tuple(part for part in detail["loc"] if part != "[key]")
    name = dotted(location)
    value = detail["input"]
    if kind == "missing":
        key = str(location[-1])
        what = _description(model, location)
        document.complain(location[:-1], f"`{name}` is missing: add `{key}:`{f' ({what})' if what else ''}")
    elif kind == "extra_forbidden":
        allowed = list(_fields(model, location[:-1]))
        if location == (DRAFT,):
            document.complain(location, _STILL_A_DRAFT)
            return
        hint = suggest(str(location[-1]), allowed) or f"; allowed here: {', '.join(allowed)}"
        document.complain(location, f"unknown key `{name}`{hint}")
    elif value is None:
        return  # told as left out, whether its field may be absent or not
    elif location and kind == "literal_error" and detail["loc"][-1] == "[key]":
        document.complain(
            location, f"`{name}`: `{location[-1]}` is no language of packs; write `zh:` or `en:`"
        )
    elif kind in _EXPECTED:
        document.complain(
            location, f"`{name or 'the file'}` has to be {_EXPECTED[kind]}, but is {_found(value)}"
        )
    else:
        shown = f" (found “{value:.40}{'…' if len(value) > 40 else ''}”)" if isinstance(value, str) else ""
        what = _description(model, location)
        document.complain(location, f"`{name}`{_said(kind, detail)}{shown}{f': {what}' if what else ''}")


def _said(kind: str, detail: Any) -> str:
    """What is wrong with a value, behind its name."""
    limits = detail.get("ctx") or {}
    if kind == "string_too_long":
        return f" has {len(detail['input'].strip())} characters, at most {limits['max_length']} are allowed"
    if kind == "string_pattern_mismatch" and "tone" not in str(limits) and "a-z0-9_" in str(limits):
        return " may hold only a-z, 0-9, _ and dots"
    if kind.startswith("date"):
        return " is no day of the calendar, written as 2026-01-31"
    if kind.startswith("bool"):
        return " has to be true or false"
    message = str(detail["msg"])
    for word in ("Input", "String", "List", "Value"):
        message = message.removeprefix(f"{word} should ")
    return f" should {message}" if message != str(detail["msg"]) else f": {message}"


def dotted(location: Location) -> str:
    """A location as people write it: `topics[2].title.zh`, counting from 1."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _found(value: object) -> str:
    return {str: "one text", list: "a list", dict: "keys with values"}.get(type(value), type(value).__name__)


def _description(model: type[BaseModel], location: Location) -> str:
    if not location:
        return ""
    field = _fields(model, location[:-1]).get(str(location[-1]))
    return (field.description or "") if field else ""


def _fields(model: type[BaseModel], location: Location) -> dict[str, Any]:
    """The fields that the schema has at a location, by the name an editor types."""
    at: Any = model
    for part in location:
        if isinstance(at, type) and issubclass(at, BaseModel):
            named = {field.alias or name: field.annotation for name, field in at.model_fields.items()}
            at = bare(named.get(str(part)))
        else:
            arguments = typing.get_args(at)
            at = bare(arguments[-1]) if arguments else None
    if isinstance(at, type) and issubclass(at, BaseModel):
        return {field.alias or name: field for name, field in at.model_fields.items()}
    return {}


def bare(annotation: Any) -> Any:
    """An annotation without `| None` and `Annotated`."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return bare(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        return bare(rest[0])
    return annotation
