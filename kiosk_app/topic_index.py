"""The indexes by which the matters of the knowledge in use are found, one for each language."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk_app.reply import Language
from kiosk_app.topic_search import (
    Named,
    Readings,
    Search,
    example_of,
    example_of_words,
    index_of,
    index_of_words,
)
from models.knowledge import Knowledge
from models.knowledge.content import LocalText, Matter

_TONES = str.maketrans("ü", "v", "12345")


def searches_of(knowledge: Knowledge) -> Mapping[Language, Search]:
    """The search of each language that ``knowledge`` has. Too slow for the session, so it is made once with it."""
    readings = readings_of(knowledge)
    frequent = [knowledge.matters[name] for name in knowledge.frequent]
    matters = list(dict.fromkeys((*(m.id for m in frequent), *knowledge.matters)))
    ordered = [knowledge.matters[name] for name in matters]
    groups = _groups(knowledge)
    found: dict[Language, Search] = {}
    if "zh" in knowledge.languages:
        synonyms = {term.term: term.synonyms for term in knowledge.lexicon if term.synonyms}
        index = index_of([_named(matter, "zh", groups) for matter in ordered], readings, synonyms)
        found["zh"] = Search(index, example_of((matter.title["zh"] for matter in ordered), readings))
    if "en" in knowledge.languages:
        spelled = {m.id: readings.spell(m.title["zh"])[0] for m in ordered if "zh" in m.title}
        index = index_of_words([_named(matter, "en", groups) for matter in ordered], spelled)
        found["en"] = Search(index, example_of_words(matter.title["en"] for matter in ordered))
    return found


def readings_of(knowledge: Knowledge) -> Readings:
    """How the words of ``knowledge`` are spelled: by its lexicon, then by what pypinyin knows."""
    return Readings(
        {term.term: term.reading.translate(_TONES).split() for term in knowledge.lexicon if term.reading},
        [word for term in knowledge.lexicon for word in (term.term, *term.synonyms)],
    )


def _named(matter: Matter, lang: Language, groups: Mapping[str, LocalText]) -> Named:
    """A matter is also called what its examples say in few words, and is found by the name of its group."""
    group = groups.get(matter.id, {}).get(lang)
    examples = matter.examples.get(lang, ())
    return Named(matter.id, matter.title[lang], (*examples, group) if group else examples)


def _groups(knowledge: Knowledge) -> Mapping[str, LocalText]:
    return {matter: topic.title for topic in knowledge.topics for matter in topic.matters}
