"""Spreadsheets and documents as offices write them, made by the tests themselves."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

COLUMNS = ["事项", "常见问题", "申请材料", "收费（元）", "窗口", "办理时限", "来源", "电话"]
ROWS = [
    ["居住证办理", "居住证怎么办？\n办居住证要带什么", "1. 身份证\n2. 租房合同\n（复印件也可）", "20", "3号窗口",
     "5个工作日", "《居住证暂行条例》", "0571-1"],
    ["", "我要办暂住证", "", "", "", "", "", ""],
    ["", "", "", "", "", "", "", ""],
    ["公章备案", "公章在哪备案", "介绍信；营业执照", "免费", "12", "当场", "", ""],
]  # fmt: skip


def csv_text(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    def quoted(cell: str) -> str:
        return f'"{cell}"' if "\n" in cell or separator in cell else cell

    return "\r\n".join(separator.join(map(quoted, row)) for row in rows) + "\r\n"


def write_xlsx(
    path: Path, sheets: dict[str, list[list[Any]]], merged: dict[str, list[str]] | None = None
) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
    book.save(path)
    return path


def write_docx(path: Path, parts: Sequence[tuple[str, Any]]) -> Path:
    """Parts are ("h1", text), ("p", text), ("li", text), ("table", rows)."""
    import docx

    document = docx.Document()
    for kind, value in parts:
        if kind == "table":
            table = document.add_table(rows=len(value), cols=len(value[0]))
            for row, cells in enumerate(value):
                for column, text in enumerate(cells):
                    table.cell(row, column).text = text
        elif kind == "li":
            document.add_paragraph(value, style="List Number")
        elif kind == "p":
            document.add_paragraph(value)
        else:
            document.add_heading(value, int(kind[1]))
    document.save(str(path))
    return path


def write_pdf(path: Path, pages: Sequence[Sequence[tuple[float, str]]]) -> Path:
    """A PDF with a text layer: pages of (size, line), in a font whose codes a ToUnicode table translates."""
    letters = sorted({letter for page in pages for _, line in page for letter in line})
    codes = {letter: number for number, letter in enumerate(letters, 1)}
    table = "".join(
        f"1 beginbfchar\n<{code:04x}> <{letter.encode('utf-16-be').hex()}>\nendbfchar\n"
        for letter, code in codes.items()
    )
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{table}endcmap end end"
    )
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(to_unicode.encode()),
    ]
    kids = []
    for page in pages:
        lines, y = ["BT"], 800.0
        for size, line in page:
            text = "".join(f"{codes[letter]:04x}" for letter in line)
            lines.append(f"/F1 {size} Tf 1 0 0 1 60 {y} Tm <{text}> Tj")
            y -= size * 1.6
        objects.append(_stream("\n".join([*lines, "ET"]).encode()))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(out)
    return path


def _stream(raw: bytes) -> bytes:
    packed = zlib.compress(raw)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
