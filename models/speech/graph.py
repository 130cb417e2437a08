"""The pronunciation graph (``HCLr.fst``): silence, words, and a filler for foreign speech."""

import math
from collections.abc import Iterable, Mapping

from models.speech.fst import EPSILON, Fst
from models.speech.lexicon import Lexicon
from models.speech.phones import SILENCE, PhoneTable, Pronunciation
from models.speech.settings import GraphSettings

FILLER = "[unk]"


class _Builder:
    def __init__(self, table: PhoneTable) -> None:
        self.fst = Fst()
        self.table = table

    def phone(self, source: int, phone: str, position: str, output: int = EPSILON, cost: float = 0.0) -> int:
        """A state that one phone reaches and stays in; returns it."""
        number = self.table.number(phone, position)
        state = self.fst.add_state()
        self.fst.add_arc(source, state, self.table.leave(number), output, cost)
        self.fst.add_arc(state, state, self.table.stay(number))
        return state


def pronunciation_graph(
    lexicon: Lexicon, numbers: Mapping[str, int], table: PhoneTable, settings: GraphSettings
) -> Fst:
    """A loop over all words with optional silence between them.

    Every word's label and cost are on its first phone, so a partial result shows a word as soon as it begins. The
    filler is two or more Mandarin syllables. Arcs are sorted by output label.
    """
    builder = _Builder(table)
    fst = builder.fst
    boundary, ready = fst.add_state(), fst.add_state()
    fst.finals[ready] = 0.0
    fst.add_arc(boundary, ready, cost=-math.log(1 - settings.silence_share))
    silence = builder.phone(boundary, SILENCE, "", cost=-math.log(settings.silence_share))
    fst.add_arc(silence, ready)
    for word, pronunciations in lexicon.items():
        for phones in pronunciations:
            cost = math.log(len(pronunciations))
            _add_word(builder, ready, boundary, phones, numbers[word], cost)
    syllables = sorted({reading for readings in table.syllables.values() for reading in readings})
    _add_filler(builder, ready, boundary, syllables, numbers[FILLER], settings.syllable_cost)
    fst.sort(lambda arc: (arc.output, arc.input, arc.target))
    return fst


def _add_word(
    builder: _Builder, ready: int, boundary: int, phones: Pronunciation, number: int, cost: float
) -> None:
    state = ready
    last = len(phones) - 1
    for index, phone in enumerate(phones):
        position = "S" if last == 0 else "B" if index == 0 else "E" if index == last else "I"
        first = index == 0
        state = builder.phone(state, phone, position, number if first else EPSILON, cost if first else 0.0)
    builder.fst.add_arc(state, boundary)


def _add_filler(
    builder: _Builder, ready: int, boundary: int, syllables: Iterable[Pronunciation], number: int, cost: float
) -> None:
    """First syllable, any number of middle ones, last syllable; phones that begin alike share states."""
    hub = builder.fst.add_state()
    legs = (
        (ready, hub, number, True, False),
        (hub, hub, EPSILON, False, False),
        (hub, boundary, EPSILON, False, True),
    )
    ordered = list(syllables)
    for source, target, output, begins, ends in legs:
        shared: dict[Pronunciation, int] = {}
        leaves: set[int] = set()
        for phones in ordered:
            state = source
            for index in range(len(phones)):
                first, last = index == 0, index == len(phones) - 1
                position = "B" if begins and first else "E" if ends and last else "I"
                key = (*phones[: index + 1], position)
                if key not in shared:
                    label, price = (output, cost) if first else (EPSILON, 0.0)
                    shared[key] = builder.phone(state, phones[index], position, label, price)
                state = shared[key]
            leaves.add(state)
        for state in sorted(leaves):
            builder.fst.add_arc(state, target)
