"""Families of matters and what their titles share."""

from __future__ import annotations

import pytest

from kiosk_app.dialogue.cues import read
from kiosk_app.dialogue.siblings import names_subject, siblings_of, subject_of
from kiosk_app.reply import Language
from models.knowledge import Knowledge


@pytest.mark.parametrize(
    ("matter", "lang", "subject"),
    [
        ("gov.residence_permit.apply", "zh", "居住证"),
        ("gov.residence_permit.apply", "en", "residence permit"),
        ("gov.driving_licence.renew", "zh", "驾驶证"),
        ("gov.driving_licence.renew", "en", "driving licence"),
        ("gov.passport.renew", "zh", "护照"),
    ],
)
def test_the_subject_is_what_the_titles_of_a_family_share(
    gov: Knowledge, matter: str, lang: Language, subject: str
) -> None:
    assert subject_of(gov.matters[matter], gov.matters, lang) == subject


def test_a_family_has_the_same_beginning_of_its_ids(gov: Knowledge) -> None:
    assert siblings_of("gov.residence_permit.apply", gov.matters) == ("gov.residence_permit.renew",)
    assert siblings_of("gov.notary", gov.matters) == ()
    assert siblings_of("hall.hours", gov.matters) == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("护照", True),
        ("那社保卡呢", True),
        ("补办", False),
        ("到期了", False),
        ("the passport", True),
        ("lost", False),
    ],
)
def test_a_subject_is_told_from_what_is_done(gov: Knowledge, text: str, named: bool) -> None:
    assert names_subject(read(text), gov.matters) == named
