"""Knowledge goes to the kiosk: a changed answer is heard by the next visitor, a broken pack changes nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kiosk_app.demo.centre import DemoCentre
from kiosk_app.errors import DemoError
from models.knowledge import shipped_packs
from tests.e2e.hall import KIOSK, Hall, eventually
from tests.kiosk_app.knowledge import that_fails_its_own_questions

MATTER = "hall.restroom"
NEW_ANSWER = "卫生间搬到三楼了，请坐电梯上去。"


@pytest.fixture
def edited_pack(tmp_path: Path) -> Path:
    """A copy of the shipped hall pack with another answer and a higher version."""
    pack = shutil.copytree(shipped_packs()["hall"], tmp_path / "packs" / "hall")
    file = pack / "matters" / f"{MATTER}.yaml"
    text = file.read_text(encoding="utf-8")
    changed, count = re.subn(
        r"(?m)^(answer:\s*\n?\s*\{?\s*zh:\s*)[^,\n]+", rf"\g<1>{NEW_ANSWER}", text, count=1
    )
    assert count == 1, "the shipped matter has another layout than this test expects"
    file.write_text(changed, encoding="utf-8")
    head = pack / "pack.yaml"
    head.write_text(
        re.sub(r"(?m)^version:.*$", 'version: "2099.1.1"', head.read_text(encoding="utf-8")), encoding="utf-8"
    )
    return pack


@pytest.mark.timeout(300)
def test_the_next_visitor_hears_a_changed_answer(hall: Hall, centre: DemoCentre, edited_pack: Path) -> None:
    kiosk = hall.open(centre)
    hall.wait_open()
    hall.wait("the link", lambda state: not state.is_down("link"))
    before = hall.touch_matter(MATTER)
    assert before.speech != NEW_ANSWER
    published = centre.publish(edited_pack, wait_s=0)
    assert published["revisions"], published
    assert hall.touch_matter(MATTER).speech == before.speech, "knowledge changed in the middle of a visit"
    hall.leave()
    eventually("the new pack in use", lambda: kiosk.knowledge and kiosk.knowledge.version == "2099.1.1")
    assert hall.visit(MATTER).speech == NEW_ANSWER
    eventually("the centre to know", lambda: _kiosk(centre)["running"]["version"] == "2099.1.1")
    assert _kiosk(centre)["result"] == "trial"
    hall.close()
    again = hall.open(centre)
    eventually("the kiosk to open again", lambda: again.knowledge)
    assert again.knowledge is not None
    assert again.knowledge.version == "2099.1.1", "the knowledge did not survive a restart"


@pytest.mark.timeout(300)
def test_a_broken_pack_is_refused_and_the_centre_is_told_why(
    hall: Hall, centre: DemoCentre, tmp_path: Path
) -> None:
    kiosk = hall.open(centre)
    hall.wait_open()
    hall.wait("the link", lambda state: not state.is_down("link"))
    old = kiosk.knowledge
    centre.publish(that_fails_its_own_questions(hall.artefact, tmp_path / "broken.zip"), wait_s=0)
    eventually("the refusal in the centre", lambda: _kiosk(centre)["result"] == "rejected")
    assert "fails its own questions" in _kiosk(centre)["reason"]
    assert kiosk.knowledge is old
    assert hall.visit(MATTER).act == "answer"


def test_a_folder_with_mistakes_is_refused_before_it_leaves(centre: DemoCentre, edited_pack: Path) -> None:
    file = edited_pack / "matters" / f"{MATTER}.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\nanswr: {zh: 哦, en: oh}\n", encoding="utf-8")
    with pytest.raises(DemoError, match=rf"{re.escape(MATTER)}\.yaml:\d+.*answr"):
        centre.publish(edited_pack)


def _kiosk(centre: DemoCentre) -> dict:  # type: ignore[type-arg]
    return centre.get(f"/api/kiosks/{KIOSK}")
