"""Tables of labelled sentences: tab-separated, UTF-8, with the header `split text label` or `text label`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import IntentError

_HEADERS = (("split", "text", "label"), ("text", "label"))


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled sentence; `split` is "" in a table without splits."""

    split: str
    text: str
    label: str


def read_table(path: Path) -> list[Row]:
    """The rows of a table. Raises IntentError (`bad_table`) naming file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise IntentError("bad_table", f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise IntentError("bad_table", f"{path} is not UTF-8: save it with that encoding") from error
    lines = text.split("\n")
    header = tuple(name.strip() for name in lines[0].split("\t"))
    if header not in _HEADERS:
        raise IntentError(
            "bad_table",
            f"{path}:1: the header has to be `split text label` or `text label`, with tabs between",
        )
    rows = [_row(path, number, line, len(header)) for number, line in enumerate(lines[1:], 2) if line.strip()]
    if not rows:
        raise IntentError("bad_table", f"{path}:2: the table has no rows")
    return rows


def _row(path: Path, number: int, line: str, columns: int) -> Row:
    cells = [cell.strip() for cell in line.rstrip("\r").split("\t")]
    if len(cells) != columns:
        raise IntentError(
            "bad_table", f"{path}:{number}: {len(cells)} columns instead of {columns}: check the tabs"
        )
    split, text, label = cells if columns == 3 else ("", *cells)
    if not text or not label:
        raise IntentError("bad_table", f"{path}:{number}: the text or the label is empty")
    return Row(split, text, label)


def training_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows to train on: the split `train` (and `oos_train`), else every split called train…, else all."""
    for chosen in (
        [row for row in rows if row.split in ("train", "oos_train")],
        [row for row in rows if "train" in row.split],
    ):
        if chosen:
            return chosen
    return list(rows)


def unseen_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows to measure on: those of the test splits, else of any split not trained on, else none."""
    tests = [row for row in rows if "test" in row.split]
    return tests or [row for row in rows if row.split and "train" not in row.split]
