"""What can be wrong with the queues in hall.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from models.knowledge.document import Location
from models.knowledge.explain import suggest
from models.knowledge.leads import repeated
from models.knowledge.schema import QueueEntry
from models.knowledge.source import PackSource


def check_queues(source: PackSource) -> None:
    """Letters and topics belong to one queue each; windows stand in this hall, topics in this pack."""
    if source.hall is None or source.hall.content is None:
        return
    document, hall = source.hall.document, source.hall.content
    numbered = list(enumerate(hall.queues))
    for location, id_ in repeated([(("queues", n, "id"), queue.id) for n, queue in numbered]):
        document.complain(location, f"the queue `{id_}` stands here twice")
    for location, letter in repeated([(("queues", n, "letter"), queue.letter) for n, queue in numbered]):
        document.complain(location, f"another queue has the letter {letter} already: choose one that is free")
    for location, id_ in repeated(list(_named(hall.queues, "topics"))):
        document.complain(location, f"the topic `{id_}` belongs to a queue already: keep one of them")
    windows = {window.id for window in hall.windows}
    for location, id_ in _named(hall.queues, "windows"):
        if id_ not in windows:
            document.complain(location, f"there is no window `{id_}` in this hall{suggest(id_, windows)}")
    topics = {topic.id for topic in source.pack.content.topics} if source.pack.content else None
    for location, id_ in _named(hall.queues, "topics"):
        if topics is not None and id_ not in topics:
            document.complain(location, f"there is no topic `{id_}` in pack.yaml{suggest(id_, topics)}")


def _named(queues: list[QueueEntry], key: str) -> Iterator[tuple[Location, str]]:
    for number, queue in enumerate(queues):
        for place, id_ in enumerate(getattr(queue, key)):
            yield ("queues", number, key, place), id_
