"""What all files of OpenFst begin with: the header and the symbol tables. All numbers are little endian."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = 2125659606
_SYMBOLS_MAGIC = 2125658996
_HEADER = struct.Struct("<iiQqqq")  # version, flags, properties, start, states, arcs
_HAS_SYMBOLS = (0x1, 0x2)  # flags: of the input labels, of the output labels

SymbolTable = dict[str, int]


class OpenFstError(ValueError):
    """A file that is no transducer, or one of a kind that is not read here."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header; ``kind`` is how transitions are stored, ``arcs_of`` what weights they have."""

    kind: str
    arcs_of: str
    version: int
    flags: int
    properties: int
    start: int
    states: int
    arcs: int

    def to_bytes(self) -> bytes:
        """The header's bytes."""
        numbers = (self.version, self.flags, self.properties, self.start, self.states, self.arcs)
        return struct.pack("<i", MAGIC) + _string(self.kind) + _string(self.arcs_of) + _HEADER.pack(*numbers)

    @classmethod
    def read(cls, data: bytes) -> tuple[Header, int]:
        """The header of a file and where it ends. Raises OpenFstError."""
        try:
            (magic,) = struct.unpack_from("<i", data)
            if magic != MAGIC:
                raise OpenFstError(f"not an OpenFst file (magic number {magic})")
            kind, at = _read_string(data, 4)
            arcs_of, at = _read_string(data, at)
            return cls(kind, arcs_of, *_HEADER.unpack_from(data, at)), at + _HEADER.size
        except struct.error as error:
            raise OpenFstError(f"transducer ends too early: {error}") from error

    def after_symbols(self, data: bytes, at: int) -> int:
        """Where the symbol tables behind the header end."""
        return self.symbols(data, at)[1]

    def symbols(self, data: bytes, at: int) -> tuple[SymbolTable | None, int]:
        """The last symbol table behind the header, None when there is none, and where they end."""
        table: SymbolTable | None = None
        for flag in _HAS_SYMBOLS:
            if self.flags & flag:
                table, at = _read_symbols(data, at)
        return table, at


def symbols_of(data: bytes) -> SymbolTable | None:
    """The output symbols that a transducer's file carries, None when it has none. Raises OpenFstError."""
    header, at = Header.read(data)
    return header.symbols(data, at)[0]


def _read_symbols(data: bytes, at: int) -> tuple[SymbolTable, int]:
    try:
        (magic,) = struct.unpack_from("<i", data, at)
        if magic != _SYMBOLS_MAGIC:
            raise OpenFstError(f"not a symbol table (magic number {magic})")
        _, at = _read_string(data, at + 4)
        _, size = struct.unpack_from("<qq", data, at)
        at += 16
        table: SymbolTable = {}
        for _ in range(size):
            symbol, at = _read_string(data, at)
            (table[symbol],) = struct.unpack_from("<q", data, at)
            at += 8
    except struct.error as error:
        raise OpenFstError(f"symbol table ends too early: {error}") from error
    return table, at


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<i", len(raw)) + raw


def _read_string(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<i", data, at)
    end = at + 4 + length
    if length < 0 or end > len(data):
        raise OpenFstError("transducer ends inside a name")
    return data[at + 4 : end].decode("utf-8", "replace"), end
