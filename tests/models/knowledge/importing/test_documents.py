from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from models.knowledge.importing import ImportReport, import_files
from tests.models.knowledge.importing.documents import write_docx, write_pdf

GUIDE = [
    ("h1", "滨江区办事指南汇编"),
    ("p", "本汇编供群众查阅。"),
    ("h2", "居住证办理"),
    ("h3", "一、受理条件"),
    ("p", "在本区居住半年以上的非本地户籍人员。"),
    ("h3", "二、申请材料"),
    ("table", [["序号", "材料名称", "形式"], ["1", "居民身份证", "原件"], ["2", "租房合同", "复印件"]]),
    ("h3", "三、办理流程"),
    ("li", "取号"),
    ("li", "窗口交材料"),
    ("h3", "四、收费标准"),
    ("p", "首次免费，补领20元。"),
    ("h3", "五、办理时限"),
    ("p", "法定办结时限：15个工作日"),
    ("p", "承诺办结时限：5个工作日"),
    ("h3", "六、特别提示"),
    ("p", "周五下午人多。"),
    ("h3", "七、常见问题"),
    ("p", "问：居住证能网上办吗？"),
    ("p", "答：可以。"),
    ("h2", "护照办理"),
    ("p", "办理材料：1.身份证；2.照片"),
    ("p", "办理窗口：6号窗口"),
    ("h2", "火星移民登记"),
    ("table", [["办理对象", "企业"], ["收费标准", "不收费"], ["申请材料", "1.申请书\n2.执照"]]),
]
"""One guide, written to each of the formats."""


def as_html(parts: list[tuple[str, Any]]) -> str:
    def part(kind: str, value: Any) -> str:
        if kind != "table":
            return f"<{kind}>{value}</{kind}>"
        rows = "".join(
            "<tr>" + "".join(f"<td>{c.replace(chr(10), '<br>')}</td>" for c in row) + "</tr>" for row in value
        )
        return f"<div><table>{rows}</table></div>"

    body = "\n".join(part(*item) for item in parts)
    return (
        "<!doctype html><html><head><title>x</title><script>var 办理材料 = 1</script></head><body>"
        f"<nav>首页 办理材料</nav>{body}<footer>版权所有</footer></body></html>"
    )


def imported(tmp_path: Path, file: Path) -> ImportReport:
    return import_files([file], tmp_path / "pack")


def check_guide(report: ImportReport) -> None:
    drafts = {item.draft.id: item.draft for item in report.drafts}
    assert list(drafts) == [
        "gov.residence_permit.apply",
        "gov.passport.apply",
        "local.huo_xing_yi_min_deng_ji",
    ]
    permit = drafts["gov.residence_permit.apply"]
    facets = permit.data["facets"]
    assert facets["materials"]["zh"] == ["居民身份证（形式：原件）", "租房合同（形式：复印件）"]
    assert facets["steps"]["zh"] == ["取号", "窗口交材料"]
    assert facets["fee"]["zh"] == "首次免费，补领20元。"
    assert facets["time_limit"]["zh"] == "法定办结时限：15个工作日；承诺办结时限：5个工作日"
    assert facets["conditions"]["zh"] == "在本区居住半年以上的非本地户籍人员。"
    assert permit.data["examples"]["zh"] == ["居住证能网上办吗？"]
    assert [text.rpartition("：")[2] for text in permit.unplaced] == ["周五下午人多。", "可以。"]
    assert "居住证办理" in permit.origins[0]
    passport = drafts["gov.passport.apply"].data["facets"]
    assert passport["materials"]["zh"] == ["身份证", "照片"] and passport["window"]["zh"] == "6号窗口"
    other = drafts["local.huo_xing_yi_min_deng_ji"].data["facets"]
    assert other["materials"]["zh"] == ["申请书", "执照"] and other["fee"]["zh"] == "不收费"
    assert any("本汇编供群众查阅" in remark for remark in report.remarks)


def test_docx(tmp_path: Path) -> None:
    check_guide(imported(tmp_path, write_docx(tmp_path / "指南.docx", GUIDE)))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_html(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "指南.html"
    file.write_bytes(as_html(GUIDE).encode(encoding))
    check_guide(imported(tmp_path, file))


def test_tables_that_nobody_filled_in_are_passed_over(tmp_path: Path) -> None:
    blank = ("table", [["", " "], ["", ""]])
    parts = [blank, *(part for pair in zip(GUIDE, [blank] * len(GUIDE), strict=True) for part in pair)]
    check_guide(imported(tmp_path, write_docx(tmp_path / "指南.docx", parts)))
    file = tmp_path / "指南.html"
    file.write_text(as_html(parts), "utf-8")
    check_guide(imported(tmp_path / "html", file))
    file.write_text("<table><tr><td>" * 10_000 + "居住证", "utf-8")
    assert imported(tmp_path / "deep", file).remarks


def test_a_web_page_saved_under_the_name_of_a_spreadsheet(tmp_path: Path) -> None:
    file = tmp_path / "导出.xls"
    file.write_text(
        "<table><tr><th>事项名称</th><th>收费</th></tr><tr><td rowspan=2>居住证办理</td><td>20元</td></tr>"
        "<tr><td>另收照相费</td></tr></table>",
        "utf-8",
    )
    assert imported(tmp_path, file).drafts[0].draft.data["facets"]["fee"]["zh"] == "20元；另收照相费"


def test_markdown_and_plain_text(tmp_path: Path) -> None:
    file = tmp_path / "指南.txt"
    file.write_text(
        "居住证办理办事指南\n【受理条件】居住半年以上\n【申请材料】\n一、身份证\n二、租房合同\n【收费标准】免费\n"
        "护照办理\n办理材料：身份证\n收费标准：120元\n\n# Parking\n## Fee\nFree\n## Who may apply\nEverybody\n",
        "utf-8",
    )
    drafts = {item.draft.id: item.draft.data for item in imported(tmp_path, file).drafts}
    assert drafts["gov.residence_permit.apply"]["facets"]["materials"]["zh"] == ["身份证", "租房合同"]
    assert drafts["gov.residence_permit.apply"]["facets"]["fee"]["zh"] == "免费"
    assert drafts["gov.passport.apply"]["facets"]["fee"]["zh"] == "120元"
    assert drafts["hall.parking"]["facets"]["fee"]["en"] == "Free"


def test_a_guide_without_a_name_takes_the_files(tmp_path: Path) -> None:
    file = tmp_path / "居住证办理.txt"
    file.write_text("申请材料：身份证\n收费标准：免费\n", "utf-8")
    draft = imported(tmp_path, file).drafts[0].draft
    assert draft.id == "gov.residence_permit.apply"
    assert any("file's own name" in gap for gap in draft.gaps)


PAGE = [
    (20.0, "居住证办理"),
    (11.0, "一、受理条件"),
    (11.0, "在本区居住半年以上，有合法稳定就业、合法稳定住所或者连续就读的，都可以"),
    (11.0, "申领居住证。"),
    (11.0, "二、申请材料"),
    (11.0, "1.身份证"),
    (11.0, "2.租房合同"),
    (11.0, "三、收费标准"),
    (11.0, "首次免费"),
    (9.0, "第 1 页"),
]
SECOND = [
    (20.0, "护照办理"),
    (11.0, "办理时限：7个工作日"),
    (11.0, "收费标准"),
    (11.0, "120元"),
    (9.0, "第 2 页"),
]


def test_pdf_with_a_text_layer(tmp_path: Path) -> None:
    report = imported(tmp_path, write_pdf(tmp_path / "指南.pdf", [PAGE, SECOND]))
    drafts = {item.draft.id: item.draft for item in report.drafts}
    assert list(drafts) == ["gov.residence_permit.apply", "gov.passport.apply"]
    facets = drafts["gov.residence_permit.apply"].data["facets"]
    assert facets["conditions"]["zh"].endswith("连续就读的，都可以申领居住证。")
    assert facets["materials"]["zh"] == ["身份证", "租房合同"]
    assert facets["fee"]["zh"] == "首次免费"
    assert drafts["gov.passport.apply"].origins == ["指南.pdf, page 2, heading “护照办理”"]
    assert drafts["gov.passport.apply"].data["facets"]["fee"]["zh"] == "120元"


def test_a_scan_is_told_apart(tmp_path: Path) -> None:
    report = imported(tmp_path, write_pdf(tmp_path / "scan.pdf", [[]]))
    assert "no text layer" in report.problems[0].message


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium to print a PDF")
def test_pdf_as_a_browser_prints_it(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(as_html([part for part in GUIDE if part[0] != "table"]), "utf-8")
    printed = tmp_path / "指南.pdf"
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--print-to-pdf={printed}",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if not printed.is_file():
        pytest.skip(f"chromium printed nothing: {done.stderr[-200:]!r}")
    drafts = {item.draft.id: item.draft for item in imported(tmp_path, printed).drafts}
    facets = drafts["gov.residence_permit.apply"].data["facets"]
    assert facets["fee"]["zh"].replace(" ", "") == "首次免费，补领20元。"  # the browser sets digits apart
    assert facets["steps"]["zh"] == ["取号", "窗口交材料"]
    assert drafts["gov.passport.apply"].data["facets"]["materials"]["zh"] == ["身份证", "照片"]
