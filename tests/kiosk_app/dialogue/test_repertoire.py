"""What the kiosk may say: all of it known ahead, and every word of it can be spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest

from kiosk_app.dialogue import Dialogue, Memory
from kiosk_app.dialogue.repertoire import repertoire
from kiosk_app.reply import Language
from kiosk_app.request import ChoiceAsked, MatterAsked, TopicAsked
from models.facets import FACETS
from models.intent.run import IntentModel
from models.knowledge import Knowledge
from models.knowledge.assemble import assemble
from models.knowledge.resolve import shipped_packs
from models.knowledge.source import read_packs
from voice.normalise import spoken_sentences

TODAY = date(2026, 11, 21)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Venue:
    """A shipped pack's content with all that may be said. Without a model: nothing is said, all is touched."""

    def __init__(self, name: str) -> None:
        content = assemble(read_packs([shipped_packs()[name]]))
        self.knowledge = Knowledge(content, cast("IntentModel", None), "", {})
        self.texts = {lang: list(dict.fromkeys(repertoire(self.knowledge, lang))) for lang in LANGUAGES}
        self.sentences = {
            lang: {part for text in self.texts[lang] for part in spoken_sentences(text, lang)}
            for lang in LANGUAGES
        }


@pytest.fixture(scope="module", params=["gov", "bank"])
def venue(request: pytest.FixtureRequest) -> Venue:
    return Venue(request.param)


def touched(knowledge: Knowledge, lang: Language) -> Iterator[str]:
    """What is said when everything is touched: every matter by every facet, and every choice after it."""
    dialogue = Dialogue(knowledge, lambda: TODAY)
    for tile in knowledge.topics:
        yield dialogue.answer(TopicAsked(tile.id), lang).speech
    for matter in knowledge.matters:
        for facet in FACETS:
            memory, reply = dialogue.take(Memory(), MatterAsked(matter, facet), lang)
            yield reply.speech
            for choice in reply.choices:
                _, second = dialogue.take(memory, ChoiceAsked(choice.target), lang)
                yield second.speech


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whatever_is_touched_its_answer_is_known_ahead(venue: Venue, lang: Language) -> None:
    said = {part for text in touched(venue.knowledge, lang) for part in spoken_sentences(text, lang)}
    assert len(said) > 500
    assert sorted(said - venue.sentences[lang]) == []


def test_the_kiosks_own_lines_come_first_then_what_is_asked_most(venue: Venue) -> None:
    knowledge = venue.knowledge
    most, others = (
        knowledge.frequent[0],
        [name for name in knowledge.matters if name not in knowledge.frequent],
    )

    def place(texts: list[str], matter: str) -> int:
        return texts.index(knowledge.matters[matter].answer["zh"])

    assert "您好" in venue.texts["zh"][0]
    assert place(venue.texts["zh"], most) < min(place(venue.texts["zh"], name) for name in others)
    asked_here = list(repertoire(knowledge, "zh", [others[-1]]))
    assert place(asked_here, others[-1]) < place(asked_here, most)


_CHINESE = re.compile(r"[㐀-鿿〇A-Za-z' ，。！？；：、]*")
_ENGLISH = re.compile(r"[A-Za-z0-9' ,.;:!?-]*")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_left_that_no_voice_can_speak(venue: Venue, lang: Language) -> None:
    sayable = _CHINESE if lang == "zh" else _ENGLISH
    left = {text: found for text in venue.sentences[lang] if (found := sayable.sub("", text))}
    assert left == {}


ODD_CHINESE = [
    r"比零零",  # a time taken for a ratio
    r"点零零分",
    r"(?<![零一二三四五六七八九幺，])幺(?![零一二三四五六七八九幺])",  # 幺 alone is no number
    r"(?<![十第零一二三四五六七八九])二[个份张天本元人条页](?!级|月|号)",  # 2 of something is 两
    r"(?<!\w)零[一二三四五六七八九]{2,}(?!年)",  # a quantity cut after its thousands
    r"[一二三四五六七八九]零零[元人张个]",
    r"[A-Z]{2}",  # letters stand apart
    r"，[，。；]",
    r"两(?:号|楼|月|层)",
]
ODD_ENGLISH = [
    r"\b[A-Z]{2,}\b",
    r"\d:\d",
    r"\b20[1-9]\d\b",
    r"\b0{2}\b",
    r",\s*[,.;]",
    r"\b(?:II|III)\b",
    r"\b\d{5,}\b",
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_read_oddly(venue: Venue, lang: Language) -> None:
    patterns = ODD_CHINESE if lang == "zh" else ODD_ENGLISH
    odd = [
        (pattern, line) for line in venue.sentences[lang] for pattern in patterns if re.search(pattern, line)
    ]
    assert odd == []
