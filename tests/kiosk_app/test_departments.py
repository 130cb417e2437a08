"""Matters by department: those that are handled at its windows."""

from __future__ import annotations

from kiosk_app.departments import GROUP, department_of, matters_of, tiles_of
from kiosk_app.dialogue.render import Renderer
from tests.kiosk_app.ui.homes import knowledge


def test_every_matter_with_a_window_is_found_under_a_department_in_the_order_of_the_topics() -> None:
    for pack in ("gov", "bank"):
        known = knowledge(pack)
        found = [id_ for one in known.hall.departments for id_ in matters_of(known, one)]
        windowed = {matter.id for matter in known.matters.values() if matter.windows}
        assert set(found) == windowed
    tax = department_of(knowledge("gov"), f"{GROUP}tax")
    assert tax is not None
    assert list(matters_of(knowledge("gov"), tax)) == [
        "gov.tax.deed",
        "gov.business_licence.cancel",
        "gov.tax.invoice",
        "gov.tax.income",
    ]


def test_a_tile_says_where_its_windows_are() -> None:
    zh = {tile.group: (tile.title, tile.subtitle) for tile in tiles_of(knowledge("gov"), "zh")}
    assert zh["department:household"] == ("公安户政", "1 楼 3–5 · 15 号窗口")
    assert zh["department:service"][1] == "1 楼 1 · 2 号窗口；2 楼 13 号窗口"
    en = {tile.group: tile.subtitle for tile in tiles_of(knowledge("bank"), "en")}
    assert en["department:cash"] == "2–4, floor 1"


def test_its_tile_asks_which_of_its_matters() -> None:
    reply = Renderer(knowledge("gov"), "zh").topic("department:fund")
    assert reply is not None
    assert (reply.act, reply.title) == ("clarify", "公积金")
    assert [choice.target for choice in reply.choices][:2] == [
        "gov.housing_fund.withdraw_rent",
        "gov.housing_fund.withdraw_buy",
    ]
    assert Renderer(knowledge("gov"), "zh").topic("department:nobody") is None


def test_an_answer_names_its_windows_by_their_hall() -> None:
    known = knowledge("gov")
    reply = Renderer(known, "zh").matter(known.matters["gov.business_licence.cancel"], (), 1.0)
    assert reply.windows == (("gov", "12"), ("gov", "17"))
    shared = Renderer(known, "zh").matter(known.matters["hall.complaint"], (), 1.0)
    assert shared.windows == (("gov", "1"),)
