"""Everything the kiosk may say that does not depend on who stands before it, what is said most first.

What a citizen's own words would have to be put into is not here, so it is never rendered ahead and never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, product

from kiosk_app.dialogue.facets import in_every_case
from kiosk_app.dialogue.render import CARD_TITLES, STAFF, Renderer
from kiosk_app.i18n import translator
from kiosk_app.reply import Language
from kiosk_app.session.effects import Phrase
from models.facets import ASKABLE
from models.knowledge import Knowledge
from models.knowledge.content import Matter

_MOST_CASES = 24
"""Combinations of slots' answers that are said ahead for one matter; packs have one or two slots of two or three."""


def repertoire(knowledge: Knowledge, lang: Language, frequent: Sequence[str] = ()) -> Iterator[str]:
    """The texts of one language, each as the dialogue says it; some come more than once.

    In order: the kiosk's own lines and small talk; then round by round over all matters, those of ``frequent`` and
    of the pack's own list first: the answer and what is asked back, the single facets, the cases of the slots, the
    offers, the facets that follow another one.
    """
    render = Renderer(knowledge, lang)
    known = knowledge.matters
    order = [known[name] for name in dict.fromkeys((*frequent, *knowledge.frequent, *known)) if name in known]
    yield from _own_lines(knowledge, render)
    for matter in order:
        yield render.matter(matter, (), 1.0).speech
        yield from (render.slot(matter, slot, "summary", 1.0).speech for slot in matter.slots)
    for matter in order:
        yield from _facets(render, matter)
    for matter in order:
        for case in _cases(knowledge, matter):
            yield render.matter(case, (), 1.0).speech
            yield from _facets(render, case)
    for matter in order:
        yield from _questions(knowledge, render, matter)
    for matter in order:
        for case in (matter, *_cases(knowledge, matter)):
            yield from (render.matter(case, pair, 1.0).speech for pair in pairwise(ASKABLE))


def _own_lines(knowledge: Knowledge, render: Renderer) -> Iterator[str]:
    say = translator(render.lang)
    yield from (say(phrase) for phrase in Phrase)
    yield render.reject().speech
    yield from (render.offer_person(missed=missed).speech for missed in (True, False))
    yield from (
        reply.speech
        for reply in (
            render.sorry(),
            render.acknowledge(),
            render.listening(),
            render.nothing_before(),
            render.staff(),
        )
    )
    for label in (*knowledge.smalltalk, STAFF):
        reply = render.talk(label, 1.0)
        if reply is not None:
            yield reply.speech
    for tile in knowledge.topics[:1]:
        reply = render.topic(tile.id)
        if reply is not None:
            yield reply.speech
    several = render.question("clarify", list(knowledge.matters)[:2], 1.0)
    if several is not None:
        yield several.speech
    yield from (render.which_matter(facet).speech for facet in ASKABLE if facet in CARD_TITLES)


def _facets(render: Renderer, matter: Matter) -> Iterator[str]:
    yield from (render.matter(matter, (facet,), 1.0).speech for facet in ASKABLE)


def _cases(knowledge: Knowledge, matter: Matter) -> Iterator[Matter]:
    """The matter under each combination of its slots' answers, and with a slot left open."""
    choices = [[None, *slot.options] for slot in matter.slots]
    for chosen in islice(product(*choices), 1, _MOST_CASES + 1):
        yield matter.under([option for option in chosen if option is not None])
    yield from (in_every_case(matter, slot, knowledge.matters) for slot in matter.slots)


def _questions(knowledge: Knowledge, render: Renderer, matter: Matter) -> Iterator[str]:
    meant = render.question("confirm", [matter.id], 1.0)
    if meant is not None:
        yield meant.speech
    answer = render.matter(matter, (), 1.0)
    if matter.next in knowledge.matters:
        yield render.with_next(answer, knowledge.matters[matter.next]).speech
    yield render.with_second(answer, matter).speech
    yield from (render.out_of_date(matter, yet=yet).speech for yet in (False, True))
    if answer.called:
        yield answer.called
