"""The address of the site's pages."""

from __future__ import annotations

import pytest

from kiosk_app.taking import link_problem, link_to


@pytest.mark.parametrize(
    "url",
    [
        "https://example.gov.cn/m/{matter}",
        "https://example.gov.cn:8443/?id={matter}&from=kiosk",
        "https://a/{matter}.html",
    ],
)
def test_an_address_that_will_do(url: str) -> None:
    assert link_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("http://example.gov.cn/{matter}", "must begin with https://"),
        ("example.gov.cn/{matter}", "must begin with https://"),
        ("https:///{matter}", "must begin with https://"),
        ("https://user@example.gov.cn/{matter}", "must begin with https://"),
        ("https://example.gov.cn/", "must have {matter} once"),
        ("https://example.gov.cn/{matter}/{matter}", "must have {matter} once"),
        ("https://{matter}.gov.cn/", "must have {matter} once"),
        ("https://example.gov.cn/{matter}/{visit}", "must be plain letters"),
        ("https://example.gov.cn/a b/{matter}", "must be plain letters"),
        ("https://example.gov.cn/大厅/{matter}", "must be plain letters"),
        ("https://[broken/{matter}", "must be a web address"),
        ("https://example.gov.cn/" + "a" * 200 + "{matter}", "must not be longer"),
    ],
)
def test_one_that_will_not_says_why(url: str, advice: str) -> None:
    assert link_problem(url).startswith(advice)


def test_the_matters_id_is_all_that_it_tells() -> None:
    assert (
        link_to("https://a.cn/{matter}?x=1", "gov.id_card.replace") == "https://a.cn/gov.id_card.replace?x=1"
    )
    assert link_to("https://a.cn/{matter}", "a/b?c") == "https://a.cn/a%2Fb%3Fc"
