from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from models.errors import KnowledgeError
from models.knowledge.importing import ImportReport, import_files
from tests.models.knowledge.importing.documents import COLUMNS, ROWS, csv_text, write_xlsx


def run(tmp_path: Path, *files: Path) -> ImportReport:
    return import_files(list(files), tmp_path / "pack")


def matters(report: ImportReport) -> dict[str, dict[str, Any]]:
    return {item.draft.id: item.draft.data for item in report.drafts}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_any_encoding_and_with_any_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    file = tmp_path / "事项.csv"
    file.write_bytes(csv_text([COLUMNS, *ROWS], separator).encode(encoding))
    told = matters(run(tmp_path, file))
    assert list(told) == ["gov.residence_permit.apply", "local.gong_zhang_bei_an"]
    permit = told["gov.residence_permit.apply"]
    assert permit["examples"]["zh"] == ["居住证怎么办？", "办居住证要带什么", "我要办暂住证"]
    assert permit["facets"]["materials"]["zh"] == ["身份证", "租房合同（复印件也可）"]
    assert permit["facets"]["fee"]["zh"] == "20元"
    assert told["local.gong_zhang_bei_an"]["facets"]["materials"]["zh"] == ["介绍信", "营业执照"]


def test_a_draft_says_where_it_comes_from_what_is_missing_and_what_found_no_place(tmp_path: Path) -> None:
    file = tmp_path / "事项.csv"
    file.write_text(csv_text([COLUMNS, *ROWS]), "utf-8")
    draft = run(tmp_path, file).drafts[0].draft
    assert draft.data["source"] == "《居住证暂行条例》；事项.csv, row 2"
    assert draft.unplaced == ["电话：0571-1"]
    gaps = " ".join(draft.gaps)
    assert "no steps found" in gaps and "no spoken answer" in gaps
    assert "only 3 questions found, at least 12" in gaps and "nothing in this language" in gaps
    assert "no fee found" not in gaps
    assert draft.data["answer"] == {"zh": None, "en": None}


def test_merged_cells_several_sheets_and_headings_over_two_rows(tmp_path: Path) -> None:
    first = [
        ["滨江区事项清单", None, None, None, None],
        ["名称", "问法", None, "办理材料", "费用"],
        [None, "中文", "英文", None, None],
        ["一、公安", None, None, None, None],
        ["居住证办理", "居住证怎么办", "how do I get a permit", "身份证", 20],
        [None, "在哪办居住证", "where is it", "照片", None],
        [],
        ["护照办理", "护照怎么办", "I need a passport", "身份证", "120元"],
    ]
    english = [
        ["Matter", "Questions", "What to bring", "Fee", "Valid until"],
        ["Parking", "Where can I park?\nIs parking free?", "- nothing", "Free", datetime.date(2027, 1, 31)],
    ]
    file = write_xlsx(
        tmp_path / "清单.xlsx",
        {"公安": first, "空": [], "hall": english, "说明": [["请按要求填写"]]},
        {"公安": ["A1:E1", "B2:C2", "A2:A3", "D2:D3", "E2:E3", "A4:E4", "A5:A6", "E5:E6"]},
    )
    report = run(tmp_path, file)
    told = matters(report)
    assert list(told) == ["gov.residence_permit.apply", "gov.passport.apply", "hall.parking"]
    permit = told["gov.residence_permit.apply"]
    assert permit["examples"] == {
        "zh": ["居住证怎么办", "在哪办居住证"],
        "en": ["how do I get a permit", "where is it"],
    }
    assert permit["facets"]["materials"]["zh"] == ["身份证", "照片"]
    assert permit["facets"]["fee"]["zh"] == "20"
    assert permit["source"] == "清单.xlsx, sheet 公安, row 5"
    parking = told["hall.parking"]
    assert parking["title"]["en"] == "Parking" and parking["valid"] == {"until": "2027-01-31"}
    assert parking["examples"]["en"] == ["Where can I park?", "Is parking free?"]
    assert parking["facets"] == {
        "materials": {"zh": [None], "en": ["nothing"]},
        "fee": {"zh": None, "en": "Free"},
    }
    assert any("说明" in remark for remark in report.remarks)


def test_labels_beside_their_values(tmp_path: Path) -> None:
    rows = [
        ["事项名称", "护照办理", "办理时限", "7个工作日"],
        ["申请材料", "1.身份证\n2.照片", None, None],
        ["收费标准", "120元", "监督电话", "12345"],
        ["事项名称", "居住证办理", "办理时限", "当场"],
        ["申请材料", "身份证", None, None],
    ]
    file = write_xlsx(tmp_path / "a.xlsx", {"Sheet1": rows}, {"Sheet1": ["B2:D2", "B5:D5"]})
    report = run(tmp_path, file)
    told = matters(report)
    assert list(told) == ["gov.passport.apply", "gov.residence_permit.apply"]
    assert told["gov.passport.apply"]["facets"]["time_limit"]["zh"] == "7个工作日"
    assert told["gov.passport.apply"]["facets"]["materials"]["zh"] == ["身份证", "照片"]
    assert report.drafts[0].draft.unplaced == ["监督电话：12345"]


def test_two_files_that_differ_keep_the_first_and_tell_the_second(tmp_path: Path) -> None:
    for name, fee in (("a.csv", "20元"), ("b.csv", "30元")):
        (tmp_path / name).write_text(f"事项,费用,问法\n居住证办理,{fee},{name}怎么办\n", "utf-8")
    report = run(tmp_path, tmp_path / "a.csv", tmp_path / "b.csv")
    draft = report.drafts[0].draft
    assert len(report.drafts) == 1 and draft.data["facets"]["fee"]["zh"] == "20元"
    assert any("30元" in gap and "b.csv, row 2" in gap for gap in draft.gaps)
    assert draft.data["examples"]["zh"] == ["a.csv怎么办", "b.csv怎么办"]


def test_a_sure_name_gets_its_id_a_similar_one_only_a_hint(tmp_path: Path) -> None:
    names = ["办理居住证", "居住证办理办事指南", "Apply for a passport", "食品经营许可证核发", "火星移民登记"]
    file = tmp_path / "a.csv"
    file.write_text("名称,费用\n" + "".join(f"{name},1\n" for name in names), "utf-8")
    drafts = {item.draft.id: item.draft for item in run(tmp_path, file).drafts}
    assert {"gov.residence_permit.apply", "gov.passport.apply"} <= drafts.keys()
    near = drafts["local.shi_pin_jing_ying_xu_ke_zheng_he_fa"]
    assert any("gov.food_permit" in gap for gap in near.gaps)
    assert "local.huo_xing_yi_min_deng_ji" in drafts


def test_names_that_sound_the_same_are_two_matters(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("名称,费用\n权利登记,1\n权力登记,2\n", "utf-8")
    told = matters(run(tmp_path, file))
    assert [data["title"]["zh"] for data in told.values()] == ["权利登记", "权力登记"]
    assert list(told) == ["local.quan_li_deng_ji", "local.quan_li_deng_ji_2"]


def test_headings_once_more_on_every_printed_page_are_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("名称,费用\n居住证办理,1\n名称,费用\n护照办理,2\n", "utf-8")
    assert list(matters(run(tmp_path, file))) == ["gov.residence_permit.apply", "gov.passport.apply"]


def test_many_columns_of_no_known_name_do_not_hide_the_known_ones(tmp_path: Path) -> None:
    more = [f"栏{number}" for number in range(20)]
    rows = [["居住证办理", "20元", "身份证", *["x"] * 20]]
    file = write_xlsx(tmp_path / "a.xlsx", {"a": [["事项", "费用", "材料", *more], *rows]})
    draft = run(tmp_path, file).drafts[0].draft
    assert draft.data["facets"]["fee"]["zh"] == "20元" and len(draft.unplaced) == 20


def test_files_that_cannot_be_read_are_told_and_the_others_imported(tmp_path: Path) -> None:
    bad = {
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "torn.xlsx": b"PK\x03\x04 nothing",
        "empty.csv": b"\n\n",
        "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        "torn.pdf": b"%PDF-1.7\n%%EOF",
        "binary.csv": b"a\0b\0c" * 40,
    }
    for name, raw in bad.items():
        (tmp_path / name).write_bytes(raw)
    (tmp_path / "good.csv").write_text("事项,费用\n居住证办理,免费\n", "utf-8")
    report = run(
        tmp_path, *(tmp_path / name for name in bad), tmp_path / "good.csv", tmp_path / "nowhere.csv"
    )
    assert [Path(problem.file).name for problem in report.problems] == [*bad, "nowhere.csv"]
    assert all(problem.message.count("; ") or problem.message.count(": ") for problem in report.problems)
    assert len(report.drafts) == 1


def test_a_sheet_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("事项,费用\n" + "居住证,1\n" * 5001, "utf-8")
    assert "more than 5000 rows" in run(tmp_path, file).problems[0].message


def test_a_broken_pack_stops_the_import_before_anything_is_written(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    (pack / "matters").mkdir(parents=True)
    (pack / "matters" / "gov.a.yaml").write_text("id: [\n", "utf-8")
    (tmp_path / "a.csv").write_text("事项,费用\n居住证办理,1\n", "utf-8")
    with pytest.raises(KnowledgeError):
        run(tmp_path, tmp_path / "a.csv")
    assert not (pack / "drafts").exists()
