"""What the home screen offers, taken from the knowledge in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kiosk_app.config import CameraConfig
from kiosk_app.departments import tiles_of
from kiosk_app.presenter import HomeContent, Site
from kiosk_app.reply import Language
from kiosk_app.ticket_view import QueueChoice
from kiosk_app.topic_index import searches_of
from kiosk_app.topic_search import Search
from kiosk_app.view import QuickTopic, TopicTile
from models.knowledge import Knowledge

MOST_FREQUENT = 6
"""Quick topics on the home screen; more would be read as a list, not at a glance."""

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def site_of(
    knowledge: Knowledge,
    camera: CameraConfig,
    frequent: Sequence[str] = (),
    searches: Mapping[Language, Search] | None = None,
) -> Site:
    """The home screen in every language; in one that ``knowledge`` lacks, with the texts that it has.

    ``frequent`` are the matters asked most here at this hour; without any, the pack's own list is offered.
    ``searches`` are those of this knowledge, where they have been made before.
    """
    searches = searches_of(knowledge) if searches is None else searches
    quick = [name for name in frequent if name in knowledge.matters] or knowledge.frequent
    spoken: list[Language] = [lang for lang in LANGUAGES if lang in knowledge.languages]
    home: dict[Language, HomeContent] = {
        lang: _home(knowledge, lang if lang in spoken else spoken[0], quick[:MOST_FREQUENT], searches)
        for lang in LANGUAGES
    }
    queued = {name: queue.id for name in knowledge.matters if (queue := knowledge.queue_of(name)) is not None}
    return replace(site_of_camera(camera), home=home, queue_of=queued)


def site_of_camera(camera: CameraConfig) -> Site:
    """What is known before there is any knowledge: whether a camera looks, and what is said of it."""
    return Site(camera_enabled=camera.enabled, camera_notice=camera.notice if camera.enabled else {})


def _home(
    knowledge: Knowledge, lang: Language, quick: Sequence[str], searches: Mapping[Language, Search]
) -> HomeContent:
    topics = tuple(
        TopicTile(tile.id, tile.glyph, tile.title[lang], tile.subtitle.get(lang, ""))
        for tile in knowledge.topics
    )
    frequent = tuple(QuickTopic(name, knowledge.matters[name].title[lang]) for name in quick)
    departments, queues = tiles_of(knowledge, lang), _queues(knowledge, lang)
    return HomeContent(knowledge.titles[lang], topics, frequent, searches.get(lang), queues, departments)


def _queues(knowledge: Knowledge, lang: Language) -> tuple[QueueChoice, ...]:
    between = "、" if lang == "zh" else ", "
    return tuple(
        QueueChoice(queue.id, queue.letter, queue.name[lang], between.join(queue.windows))
        for queue in knowledge.hall.queues
    )
