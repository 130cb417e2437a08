"""Text that has to be UTF-8, and what it is when it is not, in the words of the programs that write it."""

from __future__ import annotations

_ARCHIVES = ((b"\x1f\x8b", "a gzip file"), (b"PK\x03\x04", "a ZIP file or a workbook"))
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class NotTextError(ValueError):
    """Bytes that are no UTF-8 text: from which line on, and a sentence that says what to do."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def decode(raw: bytes) -> str:
    """A file's text, without a byte order mark. Raises NotTextError."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        for beginning, what in _ARCHIVES:
            if raw.startswith(beginning):
                raise NotTextError(1, f"this is no text but {what}: unpack it or save it as text") from error
        line = raw[: error.start].count(b"\n") + 1
        raise NotTextError(
            line, f"the text is not UTF-8{_other(raw)}: save the file with the encoding UTF-8"
        ) from error


def _other(raw: bytes) -> str:
    if raw.startswith(_UTF_16):
        return " but UTF-16 (“Unicode” in Notepad)"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " but looks like GB18030 (“ANSI” in Notepad)"
