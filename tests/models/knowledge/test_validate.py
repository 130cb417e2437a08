from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.knowledge import Problem, validate_packs
from models.knowledge.catalogue import catalogue
from models.knowledge.document import MAX_FILE_BYTES, read_document
from models.knowledge.validate import examine_packs
from tests.models.knowledge.tiny import matter, pack, smalltalk, write

PASSPORT = "matters/gov.passport.apply.yaml"


def found(folder: Path, file: str) -> list[Problem]:
    return [problem for problem in validate_packs([folder]) if problem.file == str(folder / file)]


def only(folder: Path, file: str) -> Problem:
    problems = found(folder, file)
    assert len(problems) == 1, problems
    return problems[0]


def change_matter(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = matter("gov.passport.apply")
    change(data)
    write(folder / PASSPORT, data)


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


def test_a_good_pack_has_no_problems(tiny_pack: Path) -> None:
    assert validate_packs([tiny_pack]) == []


def test_the_catalogue_names_every_matter_in_both_languages() -> None:
    assert len(catalogue()) == 134
    assert all(entry.title_zh and entry.title_en for entry in catalogue().values())


def test_an_unknown_key_gets_a_suggestion_and_its_line(tiny_pack: Path) -> None:
    change_matter(tiny_pack, lambda data: data.update({"anwser": data.pop("answer")}))
    problems = found(tiny_pack, PASSPORT)
    unknown = next(problem for problem in problems if "unknown key" in problem.message)
    assert "did you mean `answer`?" in unknown.message
    assert unknown.line == line_of(tiny_pack / PASSPORT, "anwser:")
    assert any("`answer` is missing" in problem.message for problem in problems)


def test_an_unknown_key_far_from_any_other_lists_what_is_allowed(tiny_pack: Path) -> None:
    change_matter(tiny_pack, lambda data: data["facets"].update(zzz="x"))
    assert "allowed here: materials, steps, fee" in only(tiny_pack, PASSPORT).message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["title"].pop("en"), "nothing in the language `en`"),
        (lambda d: d["facets"].pop("fee"), "`facets.fee` is missing"),
        (lambda d: d["facets"]["steps"].pop("zh"), "`facets.steps` has nothing in the language `zh`"),
        (lambda d: d["examples"].update(zh=["只有一句"]), "has 1 questions: write at least 12"),
        (lambda d: d["examples"].pop("en"), "`examples` has nothing in the language `en`"),
        (lambda d: d.update(answer="一句话"), "has to be one entry for each language"),
        (lambda d: d["facets"].update(materials={"zh": "身份证", "en": "ID"}), "has to be a list"),
        (
            lambda d: d["facets"].update(fee={"zh": ["免费"], "en": "Free"}),
            "has to be one text, but is a list",
        ),
        (lambda d: d["facets"].update(fee=None), "has no value"),
        (lambda d: d["answer"].update(zh="长" * 61), "61 characters"),
        (lambda d: d.update(source=""), "`source`"),
        (lambda d: d.update(valid={"from": "2026-13-01"}), "`valid.from`"),
        (lambda d: d.update(valid={"from": "2026-05-01", "until": "2026-04-01"}), "lies before"),
        (lambda d: d.update(id="gov.passport.aply"), "did you mean `gov.passport.apply`?"),
        (lambda d: d.update(id="Gov Passport"), "`id`"),
        (lambda d: d.update(id="gov.passport.renew"), "has to be called gov.passport.renew.yaml"),
        (
            lambda d: d.update(slots=[{"id": "a", "question": {"zh": "?", "en": "?"}, "options": []}]),
            "options",
        ),
        (lambda d: d["title"].update(fr="Passeport"), "zh"),
    ],
)
def test_what_is_wrong_with_a_matter_is_said(
    tiny_pack: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    change_matter(tiny_pack, change)
    problems = found(tiny_pack, PASSPORT)
    assert any(says in problem.message for problem in problems), problems
    assert all(problem.line >= 1 for problem in problems)


def test_plain_information_needs_no_window(tiny_pack: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["facets"] = {}
        data["at_window"] = False

    change_matter(tiny_pack, change)
    assert validate_packs([tiny_pack]) == []


def test_a_duplicated_example_names_both_places(tiny_pack: Path) -> None:
    change_matter(tiny_pack, lambda data: data["examples"]["zh"].append("我想办 结婚证！"))
    problem = next(p for p in validate_packs([tiny_pack]) if "also stands under" in p.message)
    assert "gov.marriage.register.yaml" in problem.file + problem.message
    assert PASSPORT in problem.file + problem.message


def test_a_duplicated_example_in_one_matter(tiny_pack: Path) -> None:
    change_matter(tiny_pack, lambda data: data["examples"]["zh"].append("护照多少钱？"))
    assert "stands twice" in only(tiny_pack, PASSPORT).message


def test_a_matter_cannot_share_an_example_with_the_outside(tiny_pack: Path) -> None:
    change_matter(tiny_pack, lambda data: data["examples"]["zh"].append("今天天气怎么样"))
    assert "also stands under `gov.passport.apply`" in only(tiny_pack, "smalltalk.yaml").message


def test_mentioned_matters_have_to_exist(tiny_pack: Path) -> None:
    data = pack()
    data["frequent"] = ["gov.passport.aply"]
    data["topics"][0]["matters"].append("gov.notary")
    write(tiny_pack / "pack.yaml", data)
    messages = [problem.message for problem in found(tiny_pack, "pack.yaml")]
    assert any("`frequent[1]`" in text and "did you mean `gov.passport.apply`?" in text for text in messages)
    assert any("`gov.notary`" in text for text in messages)


def test_a_required_pack_has_to_be_there(tiny_pack: Path) -> None:
    write(tiny_pack / "pack.yaml", pack() | {"requires": ["haal"]})
    assert "`haal` is not beside this one" in only(tiny_pack, "pack.yaml").message


def test_packs_cannot_require_each_other(tiny_pack: Path) -> None:
    other = tiny_pack.parent / "other"
    write(tiny_pack / "pack.yaml", pack() | {"requires": ["other"]})
    write(other / "pack.yaml", pack() | {"id": "other", "requires": ["tiny"], "topics": [], "frequent": []})
    data = matter("gov.passport.apply")
    data["id"] = "gov.notary"
    data["examples"] = {"zh": [f"公证{n}" for n in range(12)], "en": [f"notary {n}" for n in range(6)]}
    write(other / "matters" / "gov.notary.yaml", data)
    assert "requires itself" in only(tiny_pack, "pack.yaml").message
    assert "requires itself" in only(other, "pack.yaml").message


def test_an_id_cannot_be_used_by_two_packs(tiny_pack: Path) -> None:
    other = tiny_pack.parent / "other"
    write(other / "pack.yaml", pack() | {"id": "other", "topics": [], "frequent": []})
    write(other / PASSPORT, matter("gov.passport.apply"))
    problems = validate_packs([tiny_pack, other])
    assert any("used twice" in problem.message for problem in problems)


def test_the_folder_bears_the_packs_name(tiny_pack: Path) -> None:
    write(tiny_pack / "pack.yaml", pack() | {"id": "huge"})
    assert "has to be called huge" in only(tiny_pack, "pack.yaml").message


def test_stray_files_are_not_passed_over(tiny_pack: Path) -> None:
    (tiny_pack / "matter").mkdir()
    (tiny_pack / "matters" / "gov.notary.yml").write_text("id: gov.notary\n", "utf-8")
    (tiny_pack / "matters" / "deep").mkdir()
    (tiny_pack / "matters" / "deep" / "gov.notary.yaml").write_text("id: gov.notary\n", "utf-8")
    messages = " ".join(problem.message for problem in validate_packs([tiny_pack]))
    assert "did you mean `matters`?" in messages
    assert "rename it to gov.notary.yaml" in messages
    assert "sub-folders" in messages


def test_commands_have_to_be_known(tiny_pack: Path) -> None:
    data = smalltalk()
    data["entries"][1]["id"] = "command.fly"
    del data["entries"][0]["reply"]
    write(tiny_pack / "smalltalk.yaml", data)
    messages = [problem.message for problem in found(tiny_pack, "smalltalk.yaml")]
    assert any("unknown command `command.fly`" in text for text in messages)
    assert any("no `reply`" in text for text in messages)


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 1, "empty"),
        (b"\n  \n", 1, "empty"),
        (b"# nothing but this\n", 1, "holds nothing"),
        (b"id: a\n\ttitle: b\n", 2, "tab"),
        (b"id: a\ntitle: [1, 2\n", 3, "not valid YAML"),
        (b"id: a\nid: b\n", 2, "twice"),
        (b"id: a\nsource: \xb7\xf2\xd5\xdc\n", 2, "UTF-8"),
        (b"id: &x a\nsource: *x\n", 1, "anchor"),
        (b"id: *x\n", 1, "alias"),
        (b"id: !!python/object:os.system x\n", 1, "tag"),
        (b"id: a\n---\nid: b\n", 2, "second document"),
        (b"? [a, b]\n: c\n", 1, "key has to be one plain word"),
        (b"id: a\x07\n", 1, "control character"),
        (b"- a\n- b\n", 1, "has to be keys with values"),
        (b"just words\n", 1, "has to be keys with values"),
        (b"id: " + b"[" * 5000, 1, "nested deeper"),
    ],
)
def test_broken_yaml_is_explained(tiny_pack: Path, content: bytes, line: int, says: str) -> None:
    (tiny_pack / PASSPORT).write_bytes(content)
    problem = found(tiny_pack, PASSPORT)[0]
    assert says in problem.message
    assert problem.line == line


def test_a_yaml_bomb_is_refused(tiny_pack: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    (tiny_pack / PASSPORT).write_text("\n".join(lines), "utf-8")
    assert "anchor" in only(tiny_pack, PASSPORT).message


def test_a_huge_file_is_refused(tiny_pack: Path) -> None:
    (tiny_pack / PASSPORT).write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    assert "bytes" in only(tiny_pack, PASSPORT).message


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    assert "there is no folder" in validate_packs([tmp_path / "nowhere"])[0].message


def test_scalars_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("version: 2026.10\nen: No\nempty:\nlist: [1, ~]\n", "utf-8")
    assert read_document(path).value == {"version": "2026.10", "en": "No", "empty": None, "list": ["1", None]}


def test_from_a_shell(tiny_pack: Path) -> None:
    command = [sys.executable, "-m", "models.knowledge.validate", str(tiny_pack)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "no problems\n"
    (tiny_pack / "pack.yaml").write_text("id: tiny\n", "utf-8")
    broken = subprocess.run(command, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert f"{tiny_pack / 'pack.yaml'}:1: " in broken.stdout


_VALUES = st.recursive(
    st.none() | st.text(max_size=8) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(["id", "title", "examples", "answer", "facets", "slots", "varies", "valid", "source"])
_PACK_KEYS = st.sampled_from(
    ["id", "version", "languages", "venue", "title", "requires", "topics", "frequent", "gates"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(_KEYS, _VALUES, max_size=3),
    pack_changes=st.dictionaries(_PACK_KEYS, _VALUES, max_size=2),
)
def test_any_values_give_problems_never_errors(
    tiny_pack: Path, changes: dict[str, Any], pack_changes: dict[str, Any]
) -> None:
    write(tiny_pack / PASSPORT, matter("gov.passport.apply") | changes)
    write(tiny_pack / "pack.yaml", pack() | pack_changes)
    for problem in validate_packs([tiny_pack]):
        lines = Path(problem.file).read_text("utf-8").count("\n") + 1 if Path(problem.file).is_file() else 1
        assert 1 <= problem.line <= lines


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(str.encode)
    | st.builds(
        lambda text, cut: (
            yaml.safe_dump(matter("gov.passport.apply"), allow_unicode=True)[:cut].encode() + text.encode()
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        st.integers(0, 800),
    )
)
def test_any_bytes_give_problems_never_errors(tiny_pack: Path, content: bytes) -> None:
    (tiny_pack / PASSPORT).write_bytes(content)
    assert all(problem.message for problem in validate_packs([tiny_pack]))


@pytest.mark.parametrize(
    ("good", "bad", "says", "moved"),
    [
        ("  fee:", "  fee：", "Chinese one", 0),
        ("zh: 免费", "zh：免费", "Chinese one", 0),
        ("zh: 免费", "zh:免费", "no space after the colon", 0),
        ("- 身份证", "-身份证", "no space after the dash", 0),
        ("zh: 免费", "zh: 免费: 全部", "holds a colon", 0),
        ("zh: 免费", 'zh: "免费', "never closed", 0),
        ("zh: 免费", "zh: @免费", "has to stand in quotes", 0),
        ("zh: 免费", "zh: [免费] 另收", "behind the closing", 0),
        ("zh: 免费", "zh: 免费 #号窗口", "lost as a comment", 0),
        ("zh: 免费", 'zh: "免\\x07费"', "control character", 0),
        ("  fee:", "   fee:", "one space too many", 0),
        ("    zh: 免费", "    zh: 免费\n    zh: 收费", "stands here twice", 1),
        ("    zh: 免费", "    cn: 免费", "no language of packs", 0),
        ("2026-01-01", "2026年1月1日", "no day of the calendar", 0),
        ("2026-01-01", "2026-02-30", "no day of the calendar", 0),
        ("source:", "at_window: 是\nsource:", "true or false", 0),
        ("source:", "draft:\n  gaps: [x]\nsource:", "still a draft", 0),
    ],
)
def test_the_usual_slips_are_told_with_their_own_line(
    tiny_pack: Path, good: str, bad: str, says: str, moved: int
) -> None:
    path = tiny_pack / PASSPORT
    text = path.read_text("utf-8")
    path.write_text(text.replace(good, bad, 1), "utf-8")
    problems = validate_packs([tiny_pack])
    assert says in problems[0].message, problems
    assert problems[0].line == text[: text.index(good)].count("\n") + 1 + moved
    assert {problem.file for problem in problems} == {str(path)}, "one mistake is told in one file"


@pytest.mark.parametrize(("encoding", "says"), [("gb18030", "GB18030"), ("utf-16", "UTF-16")])
def test_a_wrong_encoding_is_named(tiny_pack: Path, encoding: str, says: str) -> None:
    path = tiny_pack / PASSPORT
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    assert says in validate_packs([tiny_pack])[0].message


def test_links_that_lead_out_of_the_pack_are_refused(tiny_pack: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    write(outside, matter("gov.passport.apply"))
    (tiny_pack / PASSPORT).unlink()
    (tiny_pack / PASSPORT).symlink_to(outside)
    assert "leads out of the pack" in only(tiny_pack, PASSPORT).message
    (tiny_pack / PASSPORT).unlink()
    (tiny_pack / PASSPORT).symlink_to(tiny_pack / PASSPORT)
    assert validate_packs([tiny_pack]), "a link to itself is no matter"


def test_things_that_are_no_files_are_told(tiny_pack: Path) -> None:
    for name in ("hall.yaml", "pack.yaml"):
        (tiny_pack / name).unlink()
        (tiny_pack / name).mkdir()
        assert any("no file" in problem.message for problem in found(tiny_pack, name))


def test_matters_that_are_no_files_are_told(tiny_pack: Path) -> None:
    matters = tiny_pack / "matters"
    (matters / "folder.yaml").mkdir()
    (matters / "gone.yaml").symlink_to(matters / "nowhere.yaml")
    (matters / "round.yaml").symlink_to(".")
    os.mkfifo(matters / "pipe.yaml")
    told = {
        Path(problem.file).name for problem in validate_packs([tiny_pack]) if "no file" in problem.message
    }
    assert told == {"folder.yaml", "gone.yaml", "round.yaml", "pipe.yaml"}


def test_near_copies_under_two_matters_are_refused(tiny_pack: Path) -> None:
    change_matter(tiny_pack, lambda data: data["examples"]["zh"].append("请问一下结婚证怎么办理呢"))
    told = [problem for problem in validate_packs([tiny_pack]) if "only by filler words" in problem.message]
    assert len(told) == 1 and "gov.marriage.register" in str(told[0]) and PASSPORT in str(told[0])


def test_near_copies_under_one_matter_are_notes(tiny_pack: Path) -> None:
    change_matter(tiny_pack, lambda data: data["examples"]["zh"].append("请问护照怎么办理呢"))
    (tiny_pack / "drafts").mkdir()
    (tiny_pack / "drafts" / "x.yaml").write_text("not: [even", "utf-8")
    problems, notes = examine_packs([tiny_pack])
    assert problems == []
    assert [note.message.split("”")[0] for note in notes] == [
        "“请问护照怎么办理呢",
        "1 drafts wait here; kiosk pack approve makes them part of the pack",
    ]


def test_an_offices_own_matter_needs_no_entry_in_the_catalogue(tiny_pack: Path) -> None:
    data = matter("gov.passport.apply") | {"id": "local.seal"}
    data["examples"] = {
        "zh": [f"刻章{n}" for n in "甲乙丙丁戊己庚辛壬癸子丑"],
        "en": [f"seal {n}" for n in "abcdef"],
    }
    write(tiny_pack / "matters" / "local.seal.yaml", data)
    assert validate_packs([tiny_pack]) == []
    (tiny_pack / "matters" / "local.seal.yaml").unlink()
    write(tiny_pack / "matters" / "office.seal.yaml", data | {"id": "office.seal"})
    assert "begins with `local.`" in only(tiny_pack, "matters/office.seal.yaml").message
