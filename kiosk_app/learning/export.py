"""The export: what a kiosk did not understand, for a person to read, shorten and turn into a change of the pack."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk_app.learning.clusters import Cluster
from kiosk_app.learning.errors import LearningError
from kiosk_app.redaction import redact

SURE = 0.4
"""From this certainty on the nearest matter is suggested, docs/adr/0009."""
MAX_BYTES = 20_000_000
MAX_DEPTH = 8
_YAML = (".yaml", ".yml")
_HEADER = """\
# Questions that this kiosk did not understand, most frequent first. People's numbers and names are masked.
# Look through them: correct `matter` (a guess; null: none is near), delete what is not to be learnt, then
#   kiosk pack suggest THIS-FILE PACK
# shows what would change in the pack, and changes nothing without --write or --out.
"""

Id = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=400)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExportedExample(_Entry):
    """One wording and how often it was said."""

    text: Text
    count: int = Field(default=1, ge=1)


class ExportedCluster(_Entry):
    """Similar questions: how often, since when, and the matter that they may belong to."""

    count: int = Field(ge=1)
    lang: Literal["zh", "en"]
    matter: Id | None = Field(default=None, description="the suggested matter; nothing: a person has to say")
    nearest: Id | None = Field(
        default=None, description="the matter that the model finds nearest, however far"
    )
    certainty: float = Field(default=0.0, ge=0, le=1, description="how far it is ahead of the other matters")
    settled: int = Field(
        default=0, ge=0, description="how often a citizen went on to it by other words or by touch"
    )
    rejected: int = Field(default=0, ge=0, description="the kiosk said that it did not understand")
    refused: int = Field(default=0, ge=0, description="the kiosk offered something else than was meant")
    handed_over: int = Field(default=0, ge=0, description="a member of staff was called in the end")
    first: date | None = None
    last: date | None = None
    examples: tuple[ExportedExample, ...] = Field(min_length=1)


def exported(cluster: Cluster) -> ExportedCluster:
    """A cluster as it leaves the kiosk; redacted once more, by the rules of this version."""
    hint = cluster.hints[0] if cluster.hints else None
    return ExportedCluster(
        count=cluster.count,
        lang="zh" if cluster.lang == "zh" else "en",
        matter=hint.matter if hint and (hint.settled or hint.certainty >= SURE) else None,
        nearest=hint.matter if hint else None,
        certainty=round(hint.certainty, 3) if hint else 0.0,
        settled=hint.settled if hint else 0,
        rejected=cluster.rejected,
        refused=cluster.refused,
        handed_over=cluster.handed_over,
        first=date.fromordinal(cluster.first_day),
        last=date.fromordinal(cluster.last_day),
        examples=tuple(ExportedExample(text=redact(w.text), count=w.count) for w in cluster.wordings),
    )


def write_export(clusters: Iterable[ExportedCluster], path: Path) -> None:
    """Write an export: YAML for people when the name ends in .yaml, JSON lines otherwise; whole or not at all.

    Raises LearningError ``learning.export``.
    """
    entries = [cluster.model_dump(mode="json") for cluster in clusters]
    if path.suffix in _YAML:
        body = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1000) if entries else "[]\n"
        text = _HEADER + body
    else:
        text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise LearningError(
            f"{path} cannot be written ({error.strerror}); give a file in a folder of yours",
            "learning.export",
        ) from error


def read_export(path: Path) -> list[ExportedCluster]:
    """Read an export of either kind, perhaps edited by a person.

    Raises LearningError ``learning.export``, with file, place and what is wrong.
    """
    text = _text(path)
    clusters: list[ExportedCluster] = []
    for place, entry in _entries(path, text):
        try:
            clusters.append(ExportedCluster.model_validate(entry))
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]
            key = ".".join(str(part) for part in detail["loc"])
            what = f"`{key}`: {detail['msg']}" if key else "is no cluster; restore it as it was, or delete it"
            raise LearningError(f"{path}: {place}: {what}", "learning.export") from error
    return clusters


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LearningError(
                f"{path} is larger than {MAX_BYTES // 1_000_000} MB: no export is", "learning.export"
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LearningError(
            f"{path} cannot be read ({error.strerror}); check its name", "learning.export"
        ) from error
    except UnicodeDecodeError as error:
        raise LearningError(f"{path} is not UTF-8 text; save it as UTF-8", "learning.export") from error


def _entries(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    if path.suffix in _YAML:
        yield from ((f"entry {number}", entry) for number, entry in enumerate(_yaml(path, text), start=1))
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", json.loads(line)
        except (ValueError, RecursionError) as error:
            raise LearningError(
                f"{path}: line {number} is no JSON; restore or delete it", "learning.export"
            ) from error


def _refuse_bombs(path: Path, text: str) -> None:
    """Raise LearningError for an alias or for nesting without end, before either costs any time."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise LearningError(f"{path} has an alias (`*…`); write the text out", "learning.export")
        if depth > MAX_DEPTH:
            where = f"line {event.start_mark.line + 1}"
            raise LearningError(
                f"{path}: {where} is nested too deeply; check the brackets", "learning.export"
            )


def _yaml(path: Path, text: str) -> Sequence[Any]:
    try:
        _refuse_bombs(path, text)
        entries = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "somewhere"
        raise LearningError(
            f"{path}: not valid YAML in {where}; check the indentation", "learning.export"
        ) from error
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise LearningError(f"{path}: is no list of clusters; see `kiosk unknown export`", "learning.export")
    return entries
