"""The schema explains itself: every file of a pack, every key in it, what it means, and an example.

Names, kinds and English meanings are those of schema.py; the Chinese ones stand in guide.tsv, the examples in the
folder `specimen`. A test holds the three together.
"""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from models.knowledge.document import read_document
from models.knowledge.explain import bare
from models.knowledge.schema import HallFile, LexiconFile, MatterFile, PackFile, SmallTalkFile, SpeechFile

SPECIMEN = Path(__file__).parent / "specimen"


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file in a pack: its path, its meaning in Chinese and English, its model, the specimen of it."""

    file: str
    zh: str
    en: str
    model: type[BaseModel]
    specimen: Path


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One key: its path (`[]` for each item of a list), what its value is, whether it has to be there."""

    key: str
    kind: str
    required: bool
    zh: str
    en: str
    example: str

    def plain(self) -> dict[str, object]:
        """As plain data."""
        return asdict(self)


@cache
def _chinese() -> dict[tuple[str, str], str]:
    text = resources.files("models.knowledge").joinpath("guide.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return {(file, key): zh for file, key, zh in rows}


def _file(name: str, file: str, model: type[BaseModel], specimen: str) -> FileKind:
    told = (model.__doc__ or "").strip()
    return FileKind(file, _chinese()[name, ""], told.partition(": ")[2] or told, model, SPECIMEN / specimen)


FILES = {
    "pack": _file("pack", "pack.yaml", PackFile, "pack.yaml"),
    "matter": _file("matter", "matters/<id>.yaml", MatterFile, "matters/gov.id_card.replace.yaml"),
    "smalltalk": _file("smalltalk", "smalltalk.yaml", SmallTalkFile, "smalltalk.yaml"),
    "hall": _file("hall", "hall.yaml", HallFile, "hall.yaml"),
    "lexicon": _file("lexicon", "lexicon.yaml", LexiconFile, "lexicon.yaml"),
    "speech": _file("speech", "speech.yaml", SpeechFile, "speech.yaml"),
}
"""The files of a pack by the name that `kiosk pack schema` knows them by."""


def explain_schema(name: str) -> list[KeyEntry]:
    """Every key of one kind of file, in the order of the schema."""
    kind = FILES[name]
    return list(_explain(name, kind.model, read_document(kind.specimen).value, "", set()))


def _explain(name: str, model: type[BaseModel], example: Any, at: str, told: set[type]) -> Iterator[KeyEntry]:
    told.add(model)
    for field_name, field in model.model_fields.items():
        key = f"{at}.{field.alias or field_name}" if at else (field.alias or field_name)
        annotation = bare(field.annotation)
        value = _example(example, field.alias or field_name)
        inner, mark = _inner(annotation)
        again = inner in told
        yield KeyEntry(
            key,
            "the same keys as above" if again else _kind(annotation),
            field.is_required(),
            _chinese().get((name, key), ""),
            field.description or "",
            "" if inner else _shown(value),
        )
        if inner and not again:
            yield from _explain(name, inner, value, f"{key}{mark}", told)


def _example(specimen: Any, key: str) -> Any:
    """The specimen's value of a key; of several items, the first that has it."""
    if isinstance(specimen, list):
        return next((item[key] for item in specimen if isinstance(item, dict) and key in item), None)
    return specimen.get(key) if isinstance(specimen, dict) else None


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model inside an annotation, and `[]` when it is one of a list."""
    if typing.get_origin(annotation) is list:
        return _inner(bare(typing.get_args(annotation)[0]))[0], "[]"
    return (
        (annotation, "") if isinstance(annotation, type) and issubclass(annotation, BaseModel) else (None, "")
    )


def _kind(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is dict:
        many = typing.get_origin(bare(arguments[1])) is list
        return f"{'lines' if many else 'text'} in each language (zh, en)"
    if origin is list:
        return f"list of {_kind(bare(arguments[0]))}"
    if origin is typing.Literal:
        return f"one of {', '.join(map(str, arguments))}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "keys"
    return {
        "str": "text",
        "bool": "true or false",
        "int": "whole number",
        "float": "number",
        "date": "date",
    }.get(getattr(annotation, "__name__", ""), "text")


def _shown(value: Any) -> str:
    """A value as it is written in one line of YAML."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    text = str(value)
    return f'"{text}"' if any(mark in text for mark in ",:{}[]#") or text.replace(".", "").isdigit() else text


def json_schema_of(name: str) -> dict[str, Any]:
    """The JSON schema of one kind of file, for editors that complete keys and mark mistakes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **FILES[name].model.model_json_schema(),
    }


def as_markdown() -> str:
    """Every file and key as Markdown tables, Chinese first."""
    return "\n".join(_markdown())


def _markdown() -> Iterator[str]:
    for name, kind in FILES.items():
        yield f"### `{kind.file}`\n\n{kind.zh}  \n{kind.en}\n"
        yield "| 键 key | 必填 required | 含义 meaning | 例 example |\n|---|---|---|---|"
        for entry in explain_schema(name):
            meaning = f"{entry.zh}<br>{entry.en}; {entry.kind}".replace("|", "\\|")
            example = f"`{entry.example}`" if entry.example else ""
            yield f"| `{entry.key}` | {'是 yes' if entry.required else ''} | {meaning} | {example} |"
        yield ""


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
