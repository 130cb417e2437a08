"""The packs that come with Yingbin, really built."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.config import home_folder
from models.intent.calibrate import WRONG_LIMIT
from models.knowledge import Knowledge, load_knowledge, resolve_knowledge, shipped_packs

pytestmark = pytest.mark.timeout(600)  # the first test waits for the build, on a busy machine for long


@pytest.fixture(scope="session")
def everything() -> Path:
    """All shipped packs in one artefact, built at most once."""
    if not {"hall", "gov", "bank"} <= shipped_packs().keys():
        pytest.skip("the packs are not there")
    return resolve_knowledge(None, None, home_folder() / "packs")


@pytest.fixture(scope="session")
def knowledge(everything: Path) -> Knowledge:
    """What is in it."""
    return load_knowledge(everything)


def test_every_matter_understands_its_own_first_examples(knowledge: Knowledge) -> None:
    assert knowledge.check() == ()


def test_it_holds_all_packs_and_stays_small(knowledge: Knowledge, everything: Path) -> None:
    assert {pack.id for pack in knowledge.content.packs} == {"hall", "gov", "bank"}
    assert everything.stat().st_size < 15_000_000
    assert knowledge.titles == knowledge.content.titles
    assert all(len(knowledge.sentences(language)) > 100 for language in knowledge.languages)


def test_its_evaluation_holds_what_is_promised(knowledge: Knowledge) -> None:
    evaluation, gates = knowledge.report["evaluation"], knowledge.report["gates"]
    assert evaluation["accuracy"] >= gates["accuracy"]
    assert evaluation["wrong"] <= WRONG_LIMIT
    assert evaluation["foreign_rejected"] > 0.7


@pytest.mark.parametrize(
    ("text", "label", "facet"),
    [
        ("居住证要带什么材料", "gov.residence_permit.apply", "materials"),
        ("居住证多少钱", "gov.residence_permit.apply", "fee"),
        ("几号窗口办居住证", "gov.residence_permit.apply", "window"),
        ("居主正要带什么才料", "gov.residence_permit.apply", "materials"),
        ("how much is a residence permit", "gov.residence_permit.apply", "fee"),
        ("我的银行卡丢了", "bank.card.lost", "summary"),
        ("厕所在哪", "hall.restroom", "location"),
        ("where is the toilet", "hall.restroom", "location"),
    ],
)
def test_citizens_are_understood(knowledge: Knowledge, text: str, label: str, facet: str) -> None:
    understood = knowledge.intent.understand(text)
    assert understood.known
    assert (understood.candidates[0].label, understood.facet) == (label, facet)


@pytest.mark.parametrize(
    "text",
    [
        "今天天气怎么样",
        "给我讲个笑话",
        "我想考公务员",
        "what is the capital of France",
        "推荐一部好看的电影",
        "帮我写一首关于春天的诗",
        "how do I bake a chocolate cake",
    ],
)
def test_the_kiosk_says_that_it_does_not_know(knowledge: Knowledge, text: str) -> None:
    assert not knowledge.intent.understand(text).known


def test_a_venue_brings_the_hall_with_it(everything: Path, tmp_path: Path) -> None:
    """The cached artefact of everything is no answer to a venue's own."""
    from models.knowledge.resolve import _PACKS
    from models.knowledge.source import required_folders

    folders = required_folders([shipped_packs()["gov"]], (_PACKS,))
    assert [folder.name for folder in folders] == ["gov", "hall"]
    assert everything.name.startswith("bank+gov+hall-")
