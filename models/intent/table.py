"""Tables of labelled sentences: tab-separated, UTF-8, with the header `split text label` or `text label`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.encoding import NotTextError, decode
from models.errors import IntentError
from models.intent.files import MAX_LABELS
from models.intent.words import has_words, normalise

_HEADERS = (("split", "text", "label"), ("text", "label"))


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled sentence; `split` is "" in a table without splits, `line` where it stands in its file."""

    split: str
    text: str
    label: str
    line: int = field(default=0, compare=False)


def read_table(path: Path) -> list[Row]:
    """The rows of a table. Raises IntentError (`bad_table`) naming file and line."""
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise IntentError("bad_table", f"{path} cannot be read: {error.strerror}") from error
    except NotTextError as error:
        raise IntentError("bad_table", f"{path}:{error.line}: {error.message}") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    header = tuple(name.strip() for name in lines[0].split("\t"))
    if header not in _HEADERS:
        raise IntentError(
            "bad_table",
            f"{path}:1: the header has to be `split text label` or `text label`, with tabs between",
        )
    rows = [_row(path, number, line, len(header)) for number, line in enumerate(lines[1:], 2) if line.strip()]
    if not rows:
        raise IntentError("bad_table", f"{path}:2: the table has no rows: write one sentence a line")
    return rows


def _row(path: Path, number: int, line: str, columns: int) -> Row:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != columns:
        raise IntentError(
            "bad_table", f"{path}:{number}: {len(cells)} columns instead of {columns}: check the tabs"
        )
    split, text, label = cells if columns == 3 else ("", *cells)
    if not text or not label:
        raise IntentError("bad_table", f"{path}:{number}: the text or the label is empty: fill it in")
    return Row(split, text, label, number)


def training_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows to train on: the split `train` (and `oos_train`), else every split called train…, else no split's."""
    for chosen in (
        [row for row in rows if row.split in ("train", "oos_train")],
        [row for row in rows if "train" in row.split],
    ):
        if chosen:
            return chosen
    return [row for row in rows if not row.split]


def unseen_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows to measure on: those of the test splits, else of any split not trained on, else none."""
    tests = [row for row in rows if "test" in row.split]
    return tests or [row for row in rows if row.split and "train" not in row.split]


def learnable_rows(path: Path, rows: Sequence[Row], outside: str) -> list[Row]:
    """The training rows that hold a word. Raises IntentError (`bad_table`) when no model can be made of them."""
    learned = training_rows(rows)
    if not learned:
        splits = ", ".join(sorted({row.split for row in rows}))
        raise IntentError("bad_table", f"{path}: no row has the split `train`, only {splits}: name some so")
    worded = [row for row in learned if has_words(row.text)]
    labels = {row.label for row in worded} - {outside}
    if len(labels) < 2:
        only = f"only the label {min(labels)!r}" if labels else "no label"
        raise IntentError(
            "bad_table", f"{path}: there is {only} to learn: a model needs sentences of two labels or more"
        )
    if len(labels) > MAX_LABELS:
        raise IntentError("bad_table", f"{path}: {len(labels)} labels are more than {MAX_LABELS}: merge some")
    return worded


def doubts(path: Path, rows: Sequence[Row]) -> Iterator[str]:
    """What is strange in a table and stops nothing, one sentence each."""
    wordless = [row for row in rows if not has_words(row.text)]
    if wordless:
        yield f"{path}:{wordless[0].line}: a text without a word is left out ({len(wordless)} in all)"
    first: dict[str, Row] = {}
    torn = [row for row in rows if first.setdefault(normalise(row.text), row).label != row.label]
    if torn:
        other = first[normalise(torn[0].text)]
        yield (
            f"{path}:{torn[0].line}: the text stands under {torn[0].label!r} here and under {other.label!r} in "
            f"line {other.line} ({len(torn)} such texts in all): keep one"
        )
