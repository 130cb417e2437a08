"""What the home screen offers."""

from __future__ import annotations

from kiosk_app.config import CameraConfig
from kiosk_app.home import MOST_FREQUENT, site_of
from models.knowledge import Knowledge
from tests.kiosk_app.knowledge import chinese_only


def test_the_tiles_and_quick_topics_of_the_pack_in_each_language(gov: Knowledge) -> None:
    site = site_of(gov, CameraConfig(enabled=True, notice={"zh": "本厅装有摄像头"}))
    assert site.camera_enabled
    for lang in ("zh", "en"):
        home = site.home[lang]
        assert home.site_name == gov.titles[lang]
        assert [tile.group for tile in home.topics] == [topic.id for topic in gov.topics]
        assert [tile.title for tile in home.topics] == [topic.title[lang] for topic in gov.topics]
        assert [quick.matter for quick in home.frequent] == list(gov.frequent[:MOST_FREQUENT])
        assert all(quick.label == gov.matters[quick.matter].title[lang] for quick in home.frequent)


def test_a_pack_of_one_language_fills_the_home_screen_in_the_other_too(gov: Knowledge) -> None:
    site = site_of(chinese_only(gov), CameraConfig())
    assert site.home["en"] == site.home["zh"]
    assert site.home["en"].site_name == gov.titles["zh"]
