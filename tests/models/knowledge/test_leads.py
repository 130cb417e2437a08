"""Slots and the matters that a matter leads to: what is refused, with its line, and what reaches the artefact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.knowledge import Problem, validate_packs
from models.knowledge.assemble import assemble
from models.knowledge.compare import compare, read_content
from models.knowledge.content import CONTENT
from models.knowledge.source import read_packs
from tests.models.knowledge.tiny import matter, write

PASSPORT = "gov.passport.apply"
Change = Callable[[dict[str, Any]], object]


def slot(**changes: Any) -> dict[str, Any]:
    """A slot that asks for whom the passport is; the fee depends on it."""
    return {
        "id": "age",
        "question": {"zh": "申请人满十六岁了吗？", "en": "Is the applicant 16 or older?"},
        "asked_for": ["materials", "fee"],
        "options": [
            {"id": "adult", "title": {"zh": "满了", "en": "Yes"}, "says": {"zh": ["大人"], "en": ["adult"]}},
            {
                "id": "child",
                "title": {"zh": "没满", "en": "No"},
                "says": {"zh": ["小孩", "孩子"], "en": ["child"]},
                "answer": {"zh": "孩子由监护人陪同办理。", "en": "A guardian comes along."},
                "facets": {
                    "materials": {
                        "zh": ["户口簿", "监护人身份证"],
                        "en": ["Household register", "Guardian's ID card"],
                    }
                },
            },
        ],
        **changes,
    }


def written(folder: Path, change: Change, id_: str = PASSPORT) -> Path:
    data = matter(id_)
    change(data)
    path = folder / "matters" / f"{id_}.yaml"
    write(path, data)
    return path


def options(**changes: Any) -> Change:
    """Both options changed by name."""

    def change(data: dict[str, Any]) -> None:
        asked = slot()
        for option in asked["options"]:
            option.update(changes.get(option["id"], {}))
        data["slots"] = [asked]

    return change


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


def problems(folder: Path) -> list[Problem]:
    return validate_packs([folder])


def test_a_sound_slot_and_a_next_step_have_no_problems(tiny_pack: Path) -> None:
    written(tiny_pack, lambda data: data.update(slots=[slot()], next="gov.health_certificate"))
    assert problems(tiny_pack) == []


@pytest.mark.parametrize(
    ("change", "says", "line"),
    [
        (lambda d: d.update(next="gov.health_certificat"), "did you mean `gov.health_certificate`?", "next:"),
        (lambda d: d.update(next="gov.notary"), "`next` names `gov.notary`, which no pack here has", "next:"),
        (lambda d: d.update(next=PASSPORT), "names its own matter", "next:"),
        (
            options(
                adult={"matter": "gov.marriage.registr"},
            ),
            "`slots[1].options[1].matter` names `gov.marriage.registr`",
            "matter:",
        ),
        (options(adult={"matter": PASSPORT}), "names its own matter", "matter:"),
        (lambda d: d.update(slots=[slot(asked_for=["fees"])]), "`slots[1].asked_for[1]`", "- fees"),
        (lambda d: d.update(slots=[slot(asked_for=["online"])]), "`online` is told neither", "- online"),
        (options(child={"id": "adult"}), "the option `adult` stands here twice", "id: adult"),
        (lambda d: d.update(slots=[slot(), slot()]), "the slot `age` stands here twice", "id: age"),
        (options(child={"answer": None, "facets": {}}), "has no value", "answer:"),
        (options(child={"says": {"zh": ["大人"], "en": ["kid"]}}), "also names the option `adult`", "- 大人"),
        (options(child={"says": {"zh": ["！！"], "en": ["kid"]}}), "has no words", "！！"),
        (options(child={"says": {"zh": ["小孩"]}}), "nothing in the language `en`", "says:"),
        (options(child={"answer": {"zh": "长" * 61, "en": "Long."}}), "has 61 characters", "长" * 61),
        (options(child={"matter": "gov.marriage.register"}), "are never told", "matter:"),
    ],
)
def test_what_is_wrong_with_a_slot_or_a_lead_is_said(
    tiny_pack: Path, change: Change, says: str, line: str
) -> None:
    path = written(tiny_pack, change)
    found = problems(tiny_pack)
    assert any(says in problem.message for problem in found), found
    told = next(problem for problem in found if says in problem.message)
    lines = path.read_text("utf-8").splitlines()
    assert told.file == str(path)
    assert any(line in text for text in lines[told.line - 1 : told.line]) or told.line == line_of(path, line)


def test_a_question_that_changes_nothing_is_refused(tiny_pack: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        asked = slot(asked_for=["fee"])
        del asked["options"][1]["answer"], asked["options"][1]["facets"]
        data["slots"] = [asked]

    written(tiny_pack, change)
    assert ["changes nothing" in problem.message for problem in problems(tiny_pack)] == [True]


def leading(target: str, then: str | None = None) -> Change:
    def change(data: dict[str, Any]) -> None:
        asked = slot(asked_for=[])
        asked["options"][0]["matter"] = target
        data["slots"] = [asked]
        if then:
            data["next"] = then

    return change


def test_a_circle_through_an_option_is_named_once(tiny_pack: Path) -> None:
    written(tiny_pack, leading("gov.marriage.register"))
    written(tiny_pack, lambda data: data.update(next="gov.tax.invoice"), "gov.marriage.register")
    written(tiny_pack, leading(PASSPORT), "gov.tax.invoice")
    (problem,) = problems(tiny_pack)
    circle = f"{PASSPORT} → gov.marriage.register → gov.tax.invoice → {PASSPORT}"
    assert circle in problem.message
    assert problem.line > 1


def test_next_steps_alone_may_come_back(tiny_pack: Path) -> None:
    written(tiny_pack, lambda data: data.update(next="gov.tax.invoice"))
    written(tiny_pack, lambda data: data.update(next=PASSPORT), "gov.tax.invoice")
    assert problems(tiny_pack) == []


def test_a_facet_that_every_answer_has_need_not_be_told_twice(tiny_pack: Path) -> None:
    def fee() -> dict[str, Any]:
        return {"facets": {"fee": {"zh": "160 元", "en": "160 yuan"}}}

    def change(data: dict[str, Any]) -> None:
        del data["facets"]["fee"]
        options(adult=fee(), child=fee())(data)

    written(tiny_pack, change)
    assert problems(tiny_pack) == []
    written(tiny_pack, lambda data: (options(adult=fee())(data), data["facets"].pop("fee")))
    assert ["`facets.fee` is missing" in problem.message for problem in problems(tiny_pack)] == [True]


def test_the_artefact_carries_slots_and_next_steps(tiny_pack: Path) -> None:
    written(tiny_pack, lambda data: data.update(slots=[slot()], next="gov.health_certificate"))
    content = assemble(read_packs([tiny_pack]))
    again = CONTENT.validate_json(CONTENT.dump_json(content))
    assert again == content
    passport = next(entry for entry in again.matters if entry.id == PASSPORT)
    (asked,) = passport.slots
    assert (passport.next, asked.asked_for) == ("gov.health_certificate", ("materials", "fee"))
    assert asked.concerns("fee")
    assert not asked.concerns("window")
    child = asked.option("child")
    assert child is not None
    assert child.says["zh"] == ("小孩", "孩子")
    under = passport.under([child])
    assert under.facet("summary", "en") == "A guardian comes along."
    assert under.facet("materials", "zh") == ("户口簿", "监护人身份证")
    assert under.facet("fee", "zh") == passport.facet("fee", "zh")
    assert list(again.contradictions()) == []


def test_a_change_of_an_option_is_told_by_its_name(tiny_pack: Path) -> None:
    written(tiny_pack, options())
    before = read_content(tiny_pack)
    written(tiny_pack, options(child={"says": {"zh": ["小孩", "娃"], "en": ["child"]}}))
    (change,) = compare(before, read_content(tiny_pack))
    assert (change.matter, change.what) == (PASSPORT, "slots.age.options.child.says.zh")
    assert (change.before, change.after) == (("孩子",), ("娃",))
