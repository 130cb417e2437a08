"""The tables of docs/PROTOCOL.md, made from the models: ``python -m fleet.protocol.document docs/PROTOCOL.md``.

Between ``<!-- made: NAME -->`` and ``<!-- end -->`` the page is written anew; the rest of it is written by hand.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from fleet.protocol.catalogue import ENVELOPE, TOPICS, Topic
from fleet.protocol.commands import COMMANDS
from fleet.protocol.messages import Lane
from fleet.protocol.records import record_kinds, record_model

_SECTION = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_LANES: tuple[Lane, ...] = ("tm", "ev")


def rewritten(page: str) -> str:
    """The page with its made sections as the models are now. Raises KeyError for a section nobody makes."""
    made = {
        "topics": topics_table,
        "commands": commands_table,
        "messages": message_tables,
        "records": record_tables,
    }
    return _SECTION.sub(
        lambda found: f"{found[1]}\n" + "\n".join(made[found["name"]]()) + f"\n\n{found[3]}", page
    )


def topics_table() -> Iterator[str]:
    """Every topic with its rules."""
    yield "| topic | says it | message | QoS | retained | expiry | rule |"
    yield "|---|---|---|---|---|---|---|"
    for topic in TOPICS:
        retained = "yes" if topic.retain else "no"
        expiry = f"{topic.expiry_s} s" if topic.expiry_s.isdigit() else topic.expiry_s
        yield f"| `{topic.name}` | {topic.says} | {_form(topic)} | 1 | {retained} | {expiry} | {topic.rule} |"


def commands_table() -> Iterator[str]:
    """Everything that a kiosk does when it is told to."""
    yield "| command | does | lives | arguments |"
    yield "|---|---|---|---|"
    for name, kind in COMMANDS.items():
        properties = kind.args.model_json_schema().get("properties", {})
        args = "; ".join(f"`{key}`: {_described(value)}" for key, value in properties.items())
        yield f"| `{name}` | {kind.does} | {kind.ttl_s} s, {kind.longest_s} s at most | {args} |"


def message_tables() -> Iterator[str]:
    """Every message, and what it is made of, with the bounds that a reader holds it to."""
    models = [*dict.fromkeys(topic.model for topic in TOPICS), ENVELOPE]
    for model in [*models, *_parts(models)]:
        yield from _table(model, model.__name__)


def record_tables() -> Iterator[str]:
    """Every kind of record that may leave a kiosk."""
    for lane in _LANES:
        for kind in record_kinds(lane):
            yield from _table(record_model(lane, kind), f"`{kind}` on up/{lane}")


def _form(topic: Topic) -> str:
    name = f"[{topic.model.__name__}](#{topic.model.__name__.lower()})"
    return {
        "json": name,
        "zlib": f"{name}, zlib",
        "chunk": f"{name}, then bytes",
        "signed": f"{name}, signed",
    }[topic.form]


def _table(model: type[BaseModel], title: str) -> Iterator[str]:
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    yield f"### {title}"
    yield ""
    yield _first_paragraph(model)
    yield ""
    if not schema.get("properties"):
        return
    yield "| key | value | |"
    yield "|---|---|---|"
    for key, value in schema["properties"].items():
        presence = "" if key in required else f"default `{_shown(value.get('default'))}`"
        yield f"| `{key}` | {_described(value)} | {presence} |"
    yield ""


def _first_paragraph(model: type[BaseModel]) -> str:
    text = (model.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(text.split()).replace("``", "`")


def _described(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return " or ".join(f"`{each}`" for each in value["enum"])
    if "anyOf" in value:
        return " or ".join(_described(each) for each in value["anyOf"])
    if value.get("type") == "array":
        return f"list of {_described(value.get('items', {}))}{_bounds(value, 'minItems', 'maxItems')}"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        of = f" of {_described(inner)}" if isinstance(inner, dict) else ""
        return f"object{of}{_bounds(value, 'minProperties', 'maxProperties')}"
    pattern = f" `{value['pattern']}`".replace("|", "\\|") if "pattern" in value else ""
    sizes = _bounds(value, "minLength", "maxLength") or _bounds(value, "minimum", "maximum")
    return f"{value.get('type', 'anything')}{pattern}{sizes}"


def _bounds(value: dict[str, Any], least: str, most: str) -> str:
    low, high = value.get(least), value.get(most)
    if low is None and high is None:
        return ""
    if high is None:
        return f", at least {low}"
    return f", at most {high}" if low is None else f", {low} to {high}"


def _shown(default: object) -> str:
    return "null" if default is None else str(default)


def _parts(models: list[type[BaseModel]]) -> list[type[BaseModel]]:
    """The models inside the models that are no message of their own, nearest first."""
    found: dict[str, type[BaseModel]] = {model.__name__: model for model in models}
    parts: list[type[BaseModel]] = []
    waiting = list(models)
    while waiting:
        for inner in _fields_of(waiting.pop(0)):
            if inner.__name__ not in found:
                found[inner.__name__] = inner
                parts.append(inner)
                waiting.append(inner)
    return parts


def _fields_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in model.model_fields.values():
        yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.write_text(rewritten(place.read_text(encoding="utf-8")), encoding="utf-8")
