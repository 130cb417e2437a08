"""The home screen of today's packs, and answers with an offer: what is there at first glance, on every panel."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from kiosk_app.reply import Language
from tests.kiosk_app.ui.conftest import LONGEST_S, Report
from tests.kiosk_app.ui.gallery import LANGUAGES, MODES
from tests.kiosk_app.ui.samples import homes
from tests.scheduling import PANELS

PACKS = ("gov", "bank", "all", "small")
LEAST_MICROPHONE_MM = {"1080x1920": 50.0, "1920x1080": 50.0, "1280x800": 23.0}

pytestmark = pytest.mark.timeout(LONGEST_S + 30)

Glances = Callable[[str], dict[str, dict]]


@pytest.fixture
def glances(report_of: Callable[[str], Report]) -> Glances:
    """What is seen of each screen of a panel without scrolling."""
    return lambda panel: report_of(panel)["glance"]


@pytest.mark.parametrize(("panel", "mode", "lang", "pack"), list(product(PANELS, MODES, LANGUAGES, PACKS)))
class TestHome:
    """Every panel, mode, language and pack."""

    def test_it_never_scrolls(
        self, glances: Glances, panel: str, mode: str, lang: Language, pack: str
    ) -> None:
        assert not glances(panel)[f"home_{pack}_{lang}_{mode}"]["scrolls"]

    def test_the_microphone_is_large(
        self, glances: Glances, panel: str, mode: str, lang: Language, pack: str
    ) -> None:
        assert glances(panel)[f"home_{pack}_{lang}_{mode}"]["microphone_mm"] >= LEAST_MICROPHONE_MM[panel]

    def test_it_shows_what_is_asked_most_and_the_main_topics(
        self, glances: Glances, panel: str, mode: str, lang: Language, pack: str
    ) -> None:
        seen, offered = glances(panel)[f"home_{pack}_{lang}_{mode}"], homes(lang)[f"home_{pack}"]
        assert seen["matters"]
        assert seen["matters"][0] == offered.frequent[0].matter
        main = [topic.group for topic in offered.topics[: len(seen["groups"])]]
        assert seen["groups"] == main != []

    def test_every_topic_is_at_most_two_touches_away(
        self, glances: Glances, panel: str, mode: str, lang: Language, pack: str
    ) -> None:
        home, all_topics = (glances(panel)[f"{name}_{pack}_{lang}_{mode}"] for name in ("home", "topics"))
        wanted = [topic.group for topic in homes(lang)[f"home_{pack}"].topics]
        assert home["groups"] == wanted or home["all"]
        assert all_topics["groups"] == wanted


@pytest.mark.parametrize(("panel", "mode", "lang"), list(product(PANELS[:2], MODES, LANGUAGES)))
@pytest.mark.parametrize("pack", ["gov", "bank"])
def test_the_list_of_topics_needs_no_page_on_a_large_panel(
    glances: Glances, panel: str, mode: str, lang: Language, pack: str
) -> None:
    assert not glances(panel)[f"topics_{pack}_{lang}_{mode}"]["scrolls"]


@pytest.mark.parametrize(("panel", "mode", "lang"), list(product(PANELS, MODES, LANGUAGES)))
def test_the_offer_leaves_the_first_card_in_sight(
    glances: Glances, panel: str, mode: str, lang: Language
) -> None:
    seen = glances(panel)[f"answer_offer_{lang}_{mode}"]
    assert seen["offer_whole"]
    assert seen["first_card"]
