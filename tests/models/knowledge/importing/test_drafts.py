from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.errors import KnowledgeError
from models.knowledge import build_knowledge, validate_packs
from models.knowledge.document import read_document
from models.knowledge.importing import import_files
from models.knowledge.importing.draft_files import approve, list_drafts
from tests.models.knowledge.tiny import matter, write, write_pack

FULL = (
    "事项,问法,回答,材料,流程,费用,窗口,时限,来源,name,questions (en),answer (en),documents,steps (en),fee (en),"
    "window (en),time (en)\n"
    '居住证办理,"{zh}",带身份证到三号窗口。,身份证,取号,免费,3号窗口,当天,条例,Apply for a residence permit,"{en}",'
    "Bring your ID card to window 3.,ID card,Take a number,Free,Window 3,The same day\n"
)
ID = "gov.residence_permit.apply"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The small pack, and beside it a spreadsheet with everything that a matter needs."""
    folder = write_pack(tmp_path)
    zh = "\n".join(
        f"{start}居住证{end}"
        for start in ("怎么办", "在哪办", "能代办")
        for end in ("", "快", "要几天", "找谁")
    )
    en = "\n".join(f"residence permit {word}" for word in ("how", "where", "cost", "time", "papers", "lost"))
    (tmp_path / "full.csv").write_text(FULL.format(zh=zh, en=en), "utf-8")
    return folder


def test_a_complete_draft_becomes_part_of_the_pack_once_it_is_approved(pack: Path) -> None:
    report = import_files([pack.parent / "full.csv"], pack)
    assert report.drafts[0].draft.gaps == []
    before = validate_packs([pack])
    assert before == [], "nothing reads drafts"
    file, problems = approve(pack, ID)
    assert problems == [] and file is not None and file == pack / "matters" / f"{ID}.yaml"
    assert list_drafts(pack) == [] and validate_packs([pack]) == []
    data = read_document(file).value
    assert "draft" not in data and data["facets"]["fee"] == {"zh": "免费", "en": "Free"}


def test_a_draft_that_is_only_moved_is_refused_by_validate_and_build(pack: Path) -> None:
    draft = import_files([pack.parent / "full.csv"], pack).drafts[0].path
    shutil.move(draft, pack / "matters" / draft.name)
    assert any("still a draft" in problem.message for problem in validate_packs([pack]))
    with pytest.raises(KnowledgeError, match="still a draft"):
        build_knowledge([pack], pack.parent / "out.zip")


def test_gaps_keep_a_draft_from_being_approved_and_are_told_with_their_lines(
    pack: Path, tmp_path: Path
) -> None:
    (tmp_path / "thin.csv").write_text("事项,费用\n居住证办理,免费\n", "utf-8")
    draft = import_files([tmp_path / "thin.csv"], pack).drafts[0].path
    file, problems = approve(pack, ID)
    assert file is None and draft.is_file() and not (pack / "matters" / f"{ID}.yaml").exists()
    lines = draft.read_text("utf-8").splitlines()
    answer = next(problem for problem in problems if "`answer.zh`" in problem.message)
    assert answer.file == str(draft) and lines[answer.line - 1] == "  zh:"


def test_what_a_person_wrote_stays_as_it_is(pack: Path) -> None:
    draft = import_files([pack.parent / "full.csv"], pack).drafts[0].path
    text = draft.read_text("utf-8").replace("answer:\n", "# checked by Wang\nanswer:   # spoken\n")
    draft.write_text(text, "utf-8")
    file, _ = approve(pack, ID)
    assert file is not None
    assert "# checked by Wang\nanswer:   # spoken\n" in file.read_text("utf-8")


def test_approving_under_another_id(pack: Path, tmp_path: Path) -> None:
    text = (
        (tmp_path / "full.csv")
        .read_text("utf-8")
        .replace("居住证办理", "暂住证换发")
        .replace("Apply for a residence permit", "Temporary permit")
    )
    (tmp_path / "other.csv").write_text(text, "utf-8")
    made = import_files([tmp_path / "other.csv"], pack).drafts[0].draft.id
    assert made == "local.zan_zhu_zheng_huan_fa"
    file, problems = approve(pack, made, ID)
    assert problems == [] and file is not None and file.name == f"{ID}.yaml"
    assert validate_packs([pack]) == []
    import_files([tmp_path / "other.csv"], pack)
    with pytest.raises(KnowledgeError, match="is there"):
        approve(pack, made, ID)
    with pytest.raises(KnowledgeError, match="no draft"):
        approve(pack, "gov.nothing")


def test_a_question_of_another_matter_is_told_when_approving(pack: Path) -> None:
    path = pack.parent / "full.csv"
    path.write_text(path.read_text("utf-8").replace("怎么办居住证快", "我想办护照"), "utf-8")
    import_files([path], pack)
    file, problems = approve(pack, ID)
    assert file is None and len(problems) == 1
    assert "我想办护照" in problems[0].message and "gov.passport.apply" in problems[0].message


def test_an_existing_matter_is_the_base_of_its_draft(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("事项,费用,问法\n护照办理,一百二十元,出国证件怎么弄\n", "utf-8")
    draft = import_files([tmp_path / "new.csv"], pack).drafts[0].draft
    old = matter("gov.passport.apply")
    assert draft.data["facets"]["fee"] == {"zh": "一百二十元", "en": "Free of charge"}
    assert draft.data["facets"]["steps"] == old["facets"]["steps"]
    assert draft.data["examples"]["zh"] == [*old["examples"]["zh"], "出国证件怎么弄"]
    assert draft.data["source"] == "办事指南；new.csv, row 2"
    assert any("fee.zh" in change and "免费" in change for change in draft.changes)
    assert any(gap.startswith("fee (en)") for gap in draft.gaps), "the other language has to be looked at"


def test_importing_what_is_there_already_changes_nothing(pack: Path) -> None:
    import_files([pack.parent / "full.csv"], pack)
    approve(pack, ID)
    report = import_files([pack.parent / "full.csv"], pack)
    assert report.drafts == () and report.unchanged == (ID,)


def test_a_draft_somebody_works_on_is_left_alone(pack: Path) -> None:
    path = import_files([pack.parent / "full.csv"], pack).drafts[0].path
    path.write_text("mine", "utf-8")
    assert import_files([pack.parent / "full.csv"], pack).drafts[0].kept
    assert path.read_text("utf-8") == "mine"
    assert not import_files([pack.parent / "full.csv"], pack, force=True).drafts[0].kept
    assert path.read_text("utf-8") != "mine"


def test_a_draft_is_yaml_like_any_other(pack: Path) -> None:
    path = import_files([pack.parent / "full.csv"], pack).drafts[0].path
    data: Any = yaml.safe_load(path.read_text("utf-8"))
    assert data["draft"]["from"] == ["full.csv, row 2"]
    write(pack / "matters" / "gov.passport.apply.yaml", matter("gov.passport.apply"))
