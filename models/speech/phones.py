"""Phones of the embedded recogniser and their numbering inside a Kaldi model.

Kaldi numbers *position-dependent* phones (begin, end, internal, singleton) and, for every phone, two
*transitions* (stay, leave). Here each phone has one emitting state, all four positions share one network
output, and the numbers follow from the order of the phone list alone. So the committed network and the graphs
that are built later agree as long as both read the same ``phones.json``.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from models.speech.errors import SpeechModelError

SILENCE = "SIL"
POSITIONS = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}

Pronunciation = tuple[str, ...]


@dataclass(frozen=True)
class PhoneTable:
    """Phones (silence first) and how each toneless syllable is spoken.

    ``syllables`` maps pinyin without tone, with ``v`` for ``ü``, to one or more phone sequences.
    """

    phones: tuple[str, ...]
    syllables: dict[str, tuple[Pronunciation, ...]]

    @cached_property
    def position_phones(self) -> tuple[tuple[str, str], ...]:
        """(phone, position) in the order of their numbers; number 1 is silence, which has no position."""
        spoken = [(phone, position) for phone in self.phones[1:] for position in POSITIONS]
        return ((SILENCE, ""), *spoken)

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], int]:
        return {pair: number for number, pair in enumerate(self.position_phones, start=1)}

    def number(self, phone: str, position: str) -> int:
        """Kaldi's number of a phone at a position of the word (``""`` for silence)."""
        return self._numbers[phone, position]

    def output(self, number: int) -> int:
        """The network output (Kaldi: pdf) that scores a numbered phone."""
        return self.phones.index(self.position_phones[number - 1][0])

    @property
    def transitions(self) -> int:
        """How many transition numbers there are (two per position-dependent phone)."""
        return 2 * len(self.position_phones)

    @staticmethod
    def stay(number: int) -> int:
        """Transition number of the self-loop of a numbered phone."""
        return 2 * number - 1

    @staticmethod
    def leave(number: int) -> int:
        """Transition number that enters and leaves a numbered phone."""
        return 2 * number

    def word_boundaries(self) -> str:
        """The text of Kaldi's ``word_boundary.int``."""
        kinds = [POSITIONS.get(position, "nonword") for _, position in self.position_phones]
        return "".join(f"{number} {kind}\n" for number, kind in enumerate(kinds, start=1))

    def write(self, path: Path) -> None:
        """Write the table as JSON, one syllable a line so that a change can be read."""
        lines = [
            f"  {json.dumps(name)}: {json.dumps(readings)}"
            for name, readings in sorted(self.syllables.items())
        ]
        body = ",\n".join(lines)
        path.write_text(f'{{"phones": {json.dumps(self.phones)},\n"syllables": {{\n{body}\n}}}}\n', "utf-8")

    @classmethod
    def read(cls, path: Path) -> "PhoneTable":
        """Read what :meth:`write` wrote.

        Raises SpeechModelError ``weights_missing`` or ``weights_damaged``.
        """
        try:
            document = json.loads(path.read_text("utf-8"))
            phones = tuple(str(phone) for phone in document["phones"])
            syllables = {
                name: tuple(tuple(r) for r in readings) for name, readings in document["syllables"].items()
            }
        except OSError as error:
            raise SpeechModelError(
                "weights_missing", f"{path}: cannot read ({error.strerror}); reinstall the package"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SpeechModelError(
                "weights_damaged", f"{path}: not a phone table ({error}); reinstall the package"
            ) from error
        known = set(phones)
        if not phones or phones[0] != SILENCE or any(set(r) - known for rs in syllables.values() for r in rs):
            raise SpeechModelError(
                "weights_damaged", f"{path}: phones and syllables do not fit together; reinstall the package"
            )
        return cls(phones, syllables)
