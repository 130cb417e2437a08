"""From what was found to drafts: data in the shape of a matter file, and what a person still has to do."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.facets import LIST_FACETS, TOLD_FACETS
from models.knowledge.importing.found import Found, Label, Piece
from models.knowledge.importing.identify import identify
from models.knowledge.importing.listing import items, join, questions
from models.knowledge.importing.vocabulary import NUMBERING, language_of, note, plain
from models.knowledge.importing.workbook import take_exact
from models.knowledge.schema import WINDOW_FACETS
from models.knowledge.validate import MIN_EXAMPLES

_ORDER = (
    "id",
    "title",
    "examples",
    "answer",
    "facets",
    "windows",
    "at_window",
    "calls_staff",
    "slots",
    "next",
    "varies",
    "valid",
    "source",
)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
MAX_SOURCE = 1000


@dataclass(slots=True)
class Draft:
    """A matter file in the making. `gaps`, `changes` and `unplaced` are for the person; None marks a gap."""

    id: str
    data: dict[str, Any]
    origins: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)


def make_drafts(
    founds: Sequence[Found], languages: Sequence[str], existing: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Draft], list[str]]:
    """A draft for each matter that was found, the same matter from several places joined.

    `existing` are the matter files that are there, by id: what the files do not speak of stays as it is. Returns the
    drafts, and the ids of matters in which nothing would change.
    """
    by_id: dict[str, list[tuple[Found, list[str]]]] = {}
    for found in founds:
        nameless = not found.title and not any(True for _ in found.pieces("title"))
        if nameless:
            found.title = found.place.file.rpartition(".")[0] or found.place.file
        identity = identify(found)
        remarks = [f"id: {identity.remark}"] if identity.remark else []
        remarks += [f"title: {note('file_title')}"] if nameless else []
        id_ = _own_id(identity.id, found, by_id) if identity.remark else identity.id
        by_id.setdefault(id_, []).append((found, remarks))
    drafts, unchanged = [], []
    for id_, parts in by_id.items():
        draft = Draft(id_, {"id": id_})
        for found, told in parts:
            draft.gaps += [remark for remark in told if remark not in draft.gaps]
            _take(draft, found)
        _finish(draft, languages, existing.get(id_), [found for found, _ in parts])
        if id_ in existing and not draft.changes:
            unchanged.append(id_)
        else:
            drafts.append(draft)
    return drafts, unchanged


def _own_id(id_: str, found: Found, taken: Mapping[str, Sequence[tuple[Found, list[str]]]]) -> str:
    """An id made from a name's pinyin, numbered when another name sounds the same."""
    numbered = (id_ if number == 1 else f"{id_}_{number}" for number in itertools.count(1))
    return next(
        tried
        for tried in numbered
        if tried not in taken or plain(taken[tried][0][0].title) == plain(found.title)
    )


def _note(notes: list[str], text: str) -> None:
    if text and text not in notes:
        notes.append(text)


def _take(draft: Draft, found: Found) -> None:
    _note(draft.origins, str(found.place))
    if found.exact:
        take_exact(found, draft.data, draft.changes)
    else:
        for name, lang, value, place in _values(found):
            _put(draft, name, lang, value, place)
        for name in ("valid.from", "valid.until"):
            for _, piece in found.pieces(name):
                _put_date(draft, name, piece)
    for piece in found.rest:
        _note(draft.unplaced, f"{piece.label}：{piece.text}" if piece.label else piece.text)


def _values(found: Found) -> Iterator[tuple[str, str, Any, str]]:
    """Field, language, value and place of everything that was found."""
    own = language_of(found.title) or "zh"
    titles = [piece for _, piece in found.pieces("title")] or [Piece(found.title, "", found.place)]
    for piece in titles:
        for part in re.split(r"\n|(?<=[㐀-鿿])\s*/\s*(?=[A-Za-z])", piece.text):
            if part.strip():
                yield "title", language_of(part) or own, part.strip(), str(piece.place)
    for name in ("examples", "answer", *TOLD_FACETS, "varies"):
        for (lang, place), pieces in _by_language(found, name, own).items():
            if name == "examples":
                lines = [line for _, piece in pieces for line in questions(piece.text)]
                for each in ("zh", "en"):
                    own_lines = [line for line in lines if (language_of(line) or lang) == each]
                    if own_lines:
                        yield name, each, own_lines, place
            elif name in LIST_FACETS:
                yield name, lang, items("\n".join(piece.text for _, piece in pieces)), place
            else:
                yield name, lang, _one_text([piece for _, piece in pieces], lang), place


def _by_language(found: Found, name: str, own: str) -> dict[tuple[str, str], list[tuple[Label, Piece]]]:
    grouped: dict[str, list[tuple[Label, Piece]]] = {}
    for label, piece in found.pieces(name):
        grouped.setdefault(label.lang or language_of(piece.text) or own, []).append((label, piece))
    return {(lang, str(pieces[0][1].place)): pieces for lang, pieces in grouped.items()}


def _one_text(pieces: Sequence[Piece], lang: str) -> str:
    """Several pieces as one text, each behind its heading when these differ (法定时限 …, 承诺时限 …)."""
    between = "；" if lang == "zh" else "; "
    several = len({piece.label for piece in pieces}) > 1
    texts = []
    for piece in pieces:
        lines = [line for line in piece.text.split("\n") if line.strip()]
        if len(lines) == 1:
            lines = [NUMBERING.sub("", lines[0], count=1)]
        text = join(lines, between)
        texts.append(
            f"{piece.label}{'：' if lang == 'zh' else ': '}{text}" if several and piece.label else text
        )
    return join(texts, between)


def _put(draft: Draft, name: str, lang: str, value: Any, place: str) -> None:
    holder = draft.data.setdefault("facets", {}) if name in TOLD_FACETS else draft.data
    texts = holder.setdefault(name, {})
    if name == "examples":
        have = texts.setdefault(lang, [])
        have.extend(line for line in value if line not in have)
    elif lang not in texts:
        texts[lang] = value
    elif texts[lang] != value and name != "title":
        text = value if isinstance(value, str) else "；".join(value)
        _note(draft.gaps, f"{name} ({lang}): {note('conflict', place=place, text=text)}")


def _put_date(draft: Draft, name: str, piece: Piece) -> None:
    found = _DATE.fullmatch(piece.text.strip())
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        _note(draft.gaps, f"{name}: {note('date', text=piece.text)}")
    else:
        draft.data.setdefault("valid", {}).setdefault(name.rpartition(".")[2], day.isoformat())


def _finish(
    draft: Draft, languages: Sequence[str], existing: Mapping[str, Any] | None, founds: Sequence[Found]
) -> None:
    draft.data = _over(existing or {}, draft.data, exact=all(found.exact for found in founds))
    if existing is not None:
        draft.changes += _changes(existing, draft.data)
        for name in _half_changed(existing, draft.data):
            _note(draft.gaps, f"{name}: {note('half')}")
    given = [piece.text.replace("\n", "；") for found in founds for _, piece in found.pieces("source")]
    if not any(found.exact for found in founds) and (existing is None or draft.changes):
        before = str((existing or {}).get("source") or "").split("；")
        draft.data["source"] = join(dict.fromkeys([*before, *given, *draft.origins]), "；")[:MAX_SOURCE]
    _find_gaps(draft, languages)
    draft.data = {key: draft.data[key] for key in _ORDER if key in draft.data} | {
        key: value for key, value in draft.data.items() if key not in _ORDER
    }


def _over(existing: Mapping[str, Any], new: Mapping[str, Any], exact: bool, at: str = "") -> dict[str, Any]:
    """What is there with what is new over it. Examples are added to; an exact None takes a value away."""
    merged = dict(existing)
    for key, value in new.items():
        old = merged.get(key)
        if isinstance(value, Mapping):
            merged[key] = _over(old if isinstance(old, Mapping) else {}, value, exact, key)
            if not merged[key]:
                del merged[key]
        elif value is None and exact:
            merged.pop(key, None)
        elif at == "examples" and not exact and isinstance(old, list):
            merged[key] = [*old, *(line for line in value or () if line not in old)]
        elif key == "source" and not exact:
            continue
        else:
            merged[key] = value
    return merged


def _changes(old: Any, new: Any, at: str = "") -> Iterator[str]:
    if old == new or (not old and not new):
        return
    if isinstance(old or {}, Mapping) and isinstance(new or {}, Mapping):
        before, after = dict(old or {}), dict(new or {})
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _changes(before.get(key), after.get(key), f"{at}.{key}" if at else str(key))
    elif (
        isinstance(old, list)
        and isinstance(new, list)
        and all(isinstance(item, str) for item in [*old, *new])
    ):
        yield from (f"{at}: + {line}" for line in new if line not in old)
        yield from (f"{at}: - {line}" for line in old if line not in new)
        if set(old) == set(new):
            yield f"{at}: {note('changed', text='；'.join(old))}"
    else:
        yield f"{at}: {note('changed', text=_told(old)) if old else note('added', text=_told(new))}"


def _half_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """The texts of which one language was changed and the other was not."""
    before = {**old, **(old.get("facets") or {})}
    after = {**new, **(new.get("facets") or {})}
    for name in ("title", "answer", *TOLD_FACETS, "varies"):
        was, now = before.get(name) or {}, after.get(name) or {}
        same = [lang for lang in was if lang in now and was[lang] == now[lang]]
        if same and any(now.get(lang) != was[lang] for lang in was):
            yield from (f"{name} ({lang})" for lang in same)


def _told(value: Any) -> str:
    return value if isinstance(value, str) else "；".join(map(str, value))


def _find_gaps(draft: Draft, languages: Sequence[str]) -> None:
    """Name what is missing, and leave an empty place for it."""
    data = draft.data
    facets = data.setdefault("facets", {})
    at_window = not draft.id.startswith("hall.") and str(data.get("at_window", "")).lower() != "false"
    absent = [lang for lang in languages if not _speaks(data, lang)]
    for lang in absent:
        _note(draft.gaps, f"{lang}: {note('language')}")
    for name in ("title", "answer"):
        texts = data.setdefault(name, {})
        if not any(texts.values()):
            _note(draft.gaps, f"{name}: {note(name)}")
    for name in WINDOW_FACETS if at_window else ():
        if not facets.get(name):
            facets[name] = {}
            _note(draft.gaps, f"{name}: {note(name)}")
    examples = data.setdefault("examples", {})
    for lang in languages:
        count, least = len(examples.get(lang) or ()), MIN_EXAMPLES["zh" if lang == "zh" else "en"]
        if count < least:
            _note(draft.gaps, f"examples ({lang}): {note('examples', count=count, least=least)}")
    for name, texts in (*((n, data[n]) for n in ("title", "examples", "answer")), *facets.items()):
        for lang in languages:
            if not texts.get(lang):
                missing = texts and lang not in absent and name != "examples"
                _note(draft.gaps, f"{name} ({lang}): {note('language')}" if missing else "")
                texts[lang] = [None] if name in (*LIST_FACETS, "examples") else None
    data["facets"] = {name: facets[name] for name in TOLD_FACETS if name in facets}
    if not data["facets"]:
        del data["facets"]


def _speaks(data: Mapping[str, Any], lang: str) -> bool:
    holders = [data.get(name) for name in ("title", "examples", "answer")] + list(
        (data.get("facets") or {}).values()
    )
    return any(isinstance(holder, Mapping) and holder.get(lang) for holder in holders)
