"""Weighted finite-state transducers in OpenFst's binary ``vector``/``standard`` format.

Only what a Vosk model needs: build, write, read back. The layout follows OpenFst's ``fst.cc`` (header) and
``vector-fst.h`` (states); all numbers are little endian. Weights are costs (negative natural logarithms).
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from models.speech.openfst import Header, OpenFstError

_KIND, _ARCS_OF, _VERSION = "vector", "standard", 2
_EXPANDED_MUTABLE = 3  # property bits: the file stores every state, and may be changed after loading
_STATE = struct.Struct("<fq")  # final cost, number of arcs
_ARC = struct.Struct("<iifi")  # input label, output label, cost, next state

EPSILON = 0


class Arc(NamedTuple):
    """One transition of a transducer; label 0 is epsilon."""

    input: int
    output: int
    cost: float
    target: int


@dataclass(slots=True)
class Fst:
    """A transducer under construction. State numbers count from 0; a state is final if its cost is finite."""

    start: int = 0
    arcs: list[list[Arc]] = field(default_factory=list)
    finals: list[float] = field(default_factory=list)

    def add_state(self, final: float = math.inf) -> int:
        """Add a state and return its number."""
        self.arcs.append([])
        self.finals.append(final)
        return len(self.arcs) - 1

    def add_arc(
        self, source: int, target: int, label: int = EPSILON, output: int = EPSILON, cost: float = 0.0
    ) -> None:
        """Add a transition from ``source`` to ``target``."""
        self.arcs[source].append(Arc(label, output, cost, target))

    def sort(self, key: Callable[[Arc], object]) -> None:
        """Sort the arcs of every state; composition wants one side sorted by label."""
        for arcs in self.arcs:
            arcs.sort(key=key)  # pyright: ignore[reportArgumentType,reportCallIssue]

    def to_bytes(self) -> bytes:
        """The file's content."""
        count = sum(len(arcs) for arcs in self.arcs)
        header = Header(_KIND, _ARCS_OF, _VERSION, 0, _EXPANDED_MUTABLE, self.start, len(self.arcs), count)
        parts = [header.to_bytes()]
        for final, arcs in zip(self.finals, self.arcs, strict=True):
            parts.append(_STATE.pack(final, len(arcs)))
            parts.extend(_ARC.pack(*arc) for arc in arcs)
        return b"".join(parts)

    def write(self, path: Path) -> None:
        """Write the transducer to a file."""
        path.write_bytes(self.to_bytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Fst":
        """Read what :meth:`to_bytes` made. Raises OpenFstError when ``data`` is no such transducer."""
        try:
            return cls._parse(data)
        except struct.error as error:
            raise OpenFstError(f"transducer ends too early: {error}") from error

    @classmethod
    def _parse(cls, data: bytes) -> "Fst":
        header, at = Header.read(data)
        if (header.kind, header.arcs_of) != (_KIND, _ARCS_OF):
            raise OpenFstError(f"{header.kind}/{header.arcs_of} transducers are not supported")
        at = header.after_symbols(data, at)
        fst = cls(start=header.start)
        for _ in range(header.states):
            final, count = _STATE.unpack_from(data, at)
            at += _STATE.size
            state = fst.add_state(final)
            for _ in range(count):
                fst.arcs[state].append(Arc(*_ARC.unpack_from(data, at)))
                at += _ARC.size
        return fst
