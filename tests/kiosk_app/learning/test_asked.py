"""Which matters are counted."""

from __future__ import annotations

from kiosk_app.learning.asked import SPOKEN, TOUCHED, Asked, AskedWatcher
from tests.kiosk_app.learning.visit import Visit


def test_each_matter_counts_once_a_visit_and_a_touch_counts_less() -> None:
    visit = Visit(AskedWatcher().observe)
    visit.say("居住证怎么办", "answer", "gov.residence_permit.apply")
    visit.say("居住证多少钱", "answer", "gov.residence_permit.apply")
    visit.touch("hall.hours")
    visit.miss("天气")
    visit.say("办卡", "clarify", offered=("gov.a", "gov.b"))
    visit.end()
    visit.touch("gov.residence_permit.apply")
    assert visit.found == [
        Asked("gov.residence_permit.apply", SPOKEN),
        Asked("hall.hours", TOUCHED),
        Asked("gov.residence_permit.apply", TOUCHED),
    ]
