"""Whatever speaks of facets speaks of the same ones."""

from __future__ import annotations

import random

from kiosk_app.dialogue.render import CARD_TITLES
from models.facets import FACETS, LIST_FACETS, TEXT_FACETS, TOLD_FACETS
from models.intent.facets import asked_facet, facet_questions
from models.knowledge.schema import WINDOW_FACETS, Facets


def test_a_pack_has_a_key_and_the_screen_a_heading_for_each() -> None:
    assert tuple(Facets.model_fields) == TOLD_FACETS
    assert set(CARD_TITLES) == set(TOLD_FACETS)
    assert {*LIST_FACETS, *TEXT_FACETS} == set(TOLD_FACETS) >= set(WINDOW_FACETS)


def test_every_facet_has_questions_that_ask_for_it() -> None:
    for language, title in (("zh", "护照"), ("en", "a passport")):
        asked = {facet: text for text, facet in facet_questions(title, language, random.Random(1))}
        assert set(asked) == set(FACETS)
        assert {asked_facet(text) for text in asked.values()} <= set(FACETS)
