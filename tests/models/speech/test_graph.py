"""The pronunciation graph."""

import math

from models.speech.fst import Fst
from models.speech.graph import FILLER, pronunciation_graph
from models.speech.phones import PhoneTable
from models.speech.settings import GraphSettings

TABLE = PhoneTable(("SIL", "a", "m", "t"), {"ma": (("m", "a"),), "ta": (("t", "a"),), "a": (("a",),)})
NUMBERS = {"妈": 1, "妈他": 2, FILLER: 3}
LEXICON = {"妈": (("m", "a"),), "妈他": (("m", "a", "t", "a"),)}


def outputs(fst: Fst, phones: list[tuple[str, str]]) -> dict[tuple[int, ...], float]:
    """Every word sequence the graph reads from position-dependent phones, with its cheapest cost."""
    found = _through_epsilon(fst, {(fst.start, ()): 0.0})
    for phone, position in phones:
        label = TABLE.leave(TABLE.number(phone, position))
        found = _through_epsilon(fst, _step(fst, found, label))
    return {words: cost for (state, words), cost in found.items() if math.isfinite(fst.finals[state])}


Reached = dict[tuple[int, tuple[int, ...]], float]


def _step(fst: Fst, reached: Reached, label: int) -> Reached:
    after: Reached = {}
    for (state, words), cost in reached.items():
        for arc in fst.arcs[state]:
            if arc.input == label:
                key = (arc.target, (*words, arc.output) if arc.output else words)
                after[key] = min(after.get(key, math.inf), cost + arc.cost)
    return after


def _through_epsilon(fst: Fst, reached: Reached) -> Reached:
    closed = dict(reached)
    frontier = reached
    while frontier:
        further = _step(fst, frontier, 0)
        frontier = {key: cost for key, cost in further.items() if cost < closed.get(key, math.inf)}
        closed.update(frontier)
    return closed


GRAPH = pronunciation_graph(LEXICON, NUMBERS, TABLE, GraphSettings(syllable_cost=6.0))


def test_a_word_is_read_from_its_phones() -> None:
    assert (1,) in outputs(GRAPH, [("m", "B"), ("a", "E")])
    assert (2,) in outputs(GRAPH, [("m", "B"), ("a", "I"), ("t", "I"), ("a", "E")])


def test_silence_between_words_is_optional() -> None:
    word = [("m", "B"), ("a", "E")]
    assert (1, 1) in outputs(GRAPH, [*word, *word])
    assert (1, 1) in outputs(GRAPH, [("SIL", ""), *word, ("SIL", ""), *word, ("SIL", "")])


def test_the_label_stands_on_the_first_phone() -> None:
    labelled = [arc.input for arcs in GRAPH.arcs for arc in arcs if arc.output in (1, 2)]
    assert set(labelled) == {TABLE.leave(TABLE.number("m", "B"))}


def test_the_filler_takes_two_syllables_or_more_and_pays_for_each() -> None:
    two = outputs(GRAPH, [("t", "B"), ("a", "I"), ("t", "I"), ("a", "E")])
    assert two[(3,)] >= 12.0
    three = outputs(GRAPH, [("t", "B"), ("a", "I"), ("t", "I"), ("a", "I"), ("t", "I"), ("a", "E")])
    assert three[(3,)] >= 18.0
    assert (3,) not in outputs(GRAPH, [("t", "B"), ("a", "E")])


def test_every_phone_can_be_held() -> None:
    for state, arcs in enumerate(GRAPH.arcs):
        entered = {
            arc.input for source in GRAPH.arcs for arc in source if arc.target == state and arc.input % 2 == 0
        }
        loops = {arc.input for arc in arcs if arc.target == state}
        assert {label - 1 for label in entered if label} == loops


def test_rare_silence_costs_more_than_none() -> None:
    graph = pronunciation_graph(LEXICON, NUMBERS, TABLE, GraphSettings(silence_share=0.1))
    word = [("m", "B"), ("a", "E")]
    beside = outputs(graph, [*word, ("SIL", ""), *word])[1, 1] - outputs(graph, [*word, *word])[1, 1]
    assert math.isclose(beside, math.log(0.9 / 0.1), abs_tol=1e-5)
