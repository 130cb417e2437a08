"""From the files of some packs to the content of one artefact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.facets import LIST_FACETS, TEXT_FACETS
from models.knowledge import schema
from models.knowledge.assemble_hall import assemble_hall
from models.knowledge.content import (
    Content,
    FacetTexts,
    LocalText,
    Matter,
    PackName,
    Slot,
    SlotOption,
    SmallTalk,
    Term,
    TopicGroup,
)
from models.knowledge.schema import MatterFile, PackFile
from models.knowledge.source import PackSource


def assemble(sources: Sequence[PackSource]) -> Content:
    """The content of packs without problems. The first ones lead; those that others require stand behind."""
    packs = [source.pack.content for source in sources if source.pack.content]
    required = {name for pack in packs for name in pack.requires}
    leading = [pack for pack in packs if pack.id not in required] or packs
    ordered = [*leading, *(pack for pack in packs if pack not in leading)]
    behind = next((pack for pack in packs if pack not in leading), leading[0])
    matters = [
        _matter(source.id, part.content) for source in sources for part in source.matters if part.content
    ]
    versions = sorted({pack.version for pack in leading})
    talks = [source.smalltalk.content for source in sources if source.smalltalk and source.smalltalk.content]
    outside: dict[str, tuple[str, ...]] = {}
    for talk in talks:
        for language, lines in talk.outside.items():
            outside[language] = (*outside.get(language, ()), *lines)
    return Content(
        id="+".join(pack.id for pack in leading),
        version="+".join(versions),
        packs=tuple(PackName(pack.id, pack.version) for pack in ordered),
        languages=tuple(language for language in leading[0].languages),
        # A kiosk that serves several places at once bears the name of what they share.
        titles=_text((leading[0] if len(leading) == 1 else behind).title),
        topics=tuple(_topics(ordered)),
        frequent=tuple(dict.fromkeys(id_ for pack in ordered for id_ in pack.frequent)),
        hall=assemble_hall(sources, [pack.id for pack in leading], [pack.id for pack in ordered]),
        matters=tuple(sorted(matters, key=lambda matter: matter.id)),
        smalltalk=tuple(
            SmallTalk(entry.id, entry.act, _lines(entry.examples), _text(entry.reply))
            for talk in talks
            for entry in talk.entries
        ),
        outside=outside,
        lexicon=tuple(
            Term(term.term, tuple(term.synonyms), term.reading or "")
            for source in sources
            if source.lexicon and source.lexicon.content
            for term in source.lexicon.content.terms
        ),
    )


def _topics(packs: Sequence[PackFile]) -> Iterator[TopicGroup]:
    for pack in packs:
        for topic in pack.topics:
            yield TopicGroup(
                topic.id, topic.glyph, _text(topic.title), _text(topic.subtitle), tuple(topic.matters)
            )


def _matter(pack: str, matter: MatterFile) -> Matter:
    return Matter(
        id=matter.id,
        pack=pack,
        title=_text(matter.title),
        examples=_lines(matter.examples),
        answer=_text(matter.answer),
        facets=_facets(matter.facets),
        slots=tuple(_slot(slot) for slot in matter.slots),
        varies=_text(matter.varies),
        valid_from=matter.valid.start if matter.valid else None,
        valid_until=matter.valid.until if matter.valid else None,
        source=matter.source,
        next=matter.next or "",
        calls_staff=matter.calls_staff,
        windows=tuple(matter.windows),
    )


def _slot(slot: schema.Slot) -> Slot:
    return Slot(
        slot.id,
        _text(slot.question),
        tuple(
            SlotOption(
                option.id,
                _text(option.title),
                _lines(option.says),
                _text(option.answer),
                _facets(option.facets),
                option.matter or "",
                tuple(option.windows),
            )
            for option in slot.options
        ),
        tuple(slot.asked_for),
    )


def _facets(given: schema.Facets) -> FacetTexts:
    facets: FacetTexts = {}
    for name in LIST_FACETS:
        lines = getattr(given, name)
        if lines:
            facets[name] = {language: tuple(items) for language, items in lines.items()}
    for name in TEXT_FACETS:
        text = getattr(given, name)
        if text:
            facets[name] = dict(text)
    return facets


def _text(text: object) -> LocalText:
    return {str(language): str(line) for language, line in text.items()} if isinstance(text, dict) else {}


def _lines(lines: object) -> dict[str, tuple[str, ...]]:
    return (
        {str(language): tuple(items) for language, items in lines.items()} if isinstance(lines, dict) else {}
    )
