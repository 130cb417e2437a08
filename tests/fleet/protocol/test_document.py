"""The protocol's page says what the code does."""

from pathlib import Path

import pytest

from fleet.protocol.catalogue import TOPICS
from fleet.protocol.document import rewritten
from fleet.protocol.errors import ProtocolError
from fleet.protocol.topics import parse_down, parse_up

PAGE = Path(__file__).parents[3] / "docs" / "PROTOCOL.md"


def test_the_page_is_current():
    page = PAGE.read_text(encoding="utf-8")
    assert page == rewritten(page), "run: python -m fleet.protocol.document docs/PROTOCOL.md"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_listed_topic_is_read(topic):
    name = "k1/main/hall-1/" + topic.name.replace("{id}", "x1").replace("{corr}", "x1")
    if topic.name.startswith("up/"):
        assert parse_up(name).kind == topic.name.split("/")[1]
    elif topic.name.startswith("dn/"):
        assert parse_down(name).kind == topic.name.split("/")[1]
    else:
        with pytest.raises(ProtocolError):
            parse_up(name)


def test_every_topic_that_is_read_is_listed():
    listed = {topic.name.split("/")[1] for topic in TOPICS}
    from fleet.protocol import topics

    known = topics._UP_PLAIN | topics._UP_WITH_REFERENCE | topics._DOWN_PLAIN | topics._DOWN_WITH_REFERENCE
    assert known <= listed
