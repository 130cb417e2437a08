"""Reading CSV: whatever encoding and separator the office's program chose."""

from __future__ import annotations

import csv
import io

from models.errors import KnowledgeError
from models.knowledge.importing.found import Place, Sheet
from models.knowledge.importing.plain_text import clean, decode

MAX_ROWS = 5_000
MAX_COLUMNS = 100


def read(raw: bytes, name: str) -> list[Sheet]:
    """One sheet. A quoted cell may hold several lines; a row's number is that of the file's first line of it."""
    text = decode(raw)
    if text is None:
        raise KnowledgeError("unreadable", "it is neither UTF-8 nor GB18030 text; save it as CSV UTF-8")
    text = text.replace("\0", "")
    first, _, rest = text.partition("\n")
    separator = next((c for c in ("=,", "=;", "=\t") if first.strip().lower() == f"sep{c}"), "")[1:]
    offset = 1 if separator else 0
    rows, numbers = [], []
    reader = csv.reader(
        io.StringIO(rest if separator else text, newline=""), delimiter=separator or _separator(text)
    )
    line = 1 + offset
    try:
        for row in reader:
            cells = [clean(cell) for cell in row[:MAX_COLUMNS]]
            if any(cells):
                if len(rows) == MAX_ROWS:
                    raise KnowledgeError("unreadable", f"it has more than {MAX_ROWS} rows; split it")
                rows.append(cells)
                numbers.append(line)
            line = reader.line_num + 1 + offset
    except csv.Error as error:
        raise KnowledgeError("unreadable", f"line {line} is no CSV ({error}); check its quotes") from error
    width = max((len(row) for row in rows), default=0)
    return [Sheet("", [row + [""] * (width - len(row)) for row in rows], numbers, Place(name, ""))]


def _separator(text: str) -> str:
    """The one of `,`, `;`, tab and `，` that the first lines hold most often; quoted text does not count."""
    bare = "".join(text[:20_000].split('"')[::2])
    return max((",", ";", "\t", "，"), key=bare.count)
