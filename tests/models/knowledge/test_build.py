from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

import models.knowledge.knowledge as knowledge_module
from models.intent import train as train_module
from models.knowledge import (
    Knowledge,
    KnowledgeError,
    build_knowledge,
    load_knowledge,
    resolve_knowledge,
    shipped_packs,
)
from models.knowledge.build import speech_files, training_sentences
from models.knowledge.compare import compare, read_content
from models.speech import language_of
from tests.models.knowledge.tiny import SUBJECTS, matter, pack, write


def test_what_was_written_is_what_is_loaded(tiny_artefact: Path) -> None:
    knowledge = load_knowledge(tiny_artefact)
    assert (knowledge.id, knowledge.version, knowledge.languages) == ("tiny", "2026.11.1", ("zh", "en"))
    assert knowledge.titles == {"zh": "小厅", "en": "Small hall"}
    assert set(knowledge.matters) == set(SUBJECTS)
    passport = knowledge.matters["gov.passport.apply"]
    assert passport.facet("materials", "zh") == ("身份证", "照片")
    assert passport.facet("fee", "en") == "Free of charge"
    assert passport.facet("summary", "zh") == "护照在三号窗口办。"
    assert passport.facet("online", "zh") is None
    assert passport.holds_on(date(2026, 1, 1)) and not passport.holds_on(date(2025, 12, 31))
    assert knowledge.topics[0].matters == ("gov.passport.apply", "gov.marriage.register")
    assert knowledge.frequent == ("gov.passport.apply",)
    assert knowledge.hall.windows[0].name["en"] == "General desk"
    assert knowledge.smalltalk["command.louder"].act == "command"
    assert knowledge.lexicon[0].synonyms == ("健康证明",)
    assert len(knowledge.sentences("zh")) == 4 * 13 + 5
    assert "今天天气怎么样" not in knowledge.sentences("zh")
    assert knowledge.check() == ()
    assert knowledge.report["evaluation"]["accuracy"] > 0.8


def test_building_twice_gives_the_same_artefact(tiny_pack: Path, tiny_artefact: Path, tmp_path: Path) -> None:
    steps: list[float] = []
    report = build_knowledge([tiny_pack], tmp_path / "again.zip", lambda _what, share: steps.append(share))
    assert report.sha256 == load_knowledge(tiny_artefact).sha256
    assert report.size == (tmp_path / "again.zip").stat().st_size
    assert report.speech == sum(map(len, speech_files(load_knowledge(tiny_artefact)).values()))
    assert steps == sorted(steps) and steps[0] == 0.0 and steps[-1] == 1.0


def test_the_recogniser_s_words_and_grammar_are_part_of_it(tiny_artefact: Path) -> None:
    knowledge = load_knowledge(tiny_artefact)
    made = language_of(knowledge.utterances(), knowledge.terms)
    assert knowledge.language == made
    for words in (
        "健康证明",
        "最后一个",
    ):  # a synonym of the lexicon, and an answer that the dialogue understands
        assert set(words) <= set("".join(made.words))


def test_a_program_that_makes_grammars_otherwise_makes_its_own(
    tiny_artefact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge_module, "LEANING_ZH", ("还有呢",))
    assert load_knowledge(tiny_artefact).language is None


def test_a_pack_without_chinese_has_no_grammar(tiny_artefact: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Knowledge, "utterances", lambda _: ("How do I apply",))
    assert speech_files(load_knowledge(tiny_artefact)) == {}


def test_problems_stop_the_build(tiny_pack: Path, tmp_path: Path) -> None:
    (tiny_pack / "matters" / "gov.tax.invoice.yaml").write_text("id: gov.tax.invoice\n", "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        build_knowledge([tiny_pack], tmp_path / "out.zip")
    assert caught.value.code == "invalid"
    assert caught.value.problems and "gov.tax.invoice.yaml:1:" in caught.value.message
    assert not (tmp_path / "out.zip").exists()


def test_the_gates_stop_a_pack_that_confuses_its_matters(tiny_pack: Path, tmp_path: Path) -> None:
    write(tiny_pack / "pack.yaml", pack() | {"gates": {"accuracy": 0.98, "wrong": 0.0}})
    for id_ in ("gov.marriage.register", "gov.tax.invoice"):  # the same questions, hardly changed
        data = matter("gov.passport.apply") | {"id": id_}
        data["examples"] = {
            "zh": [f"{line}{id_[4]}" for line in matter("gov.passport.apply")["examples"]["zh"]],
            "en": [f"{line} {id_[4]}" for line in matter("gov.passport.apply")["examples"]["en"]],
        }
        write(tiny_pack / "matters" / f"{id_}.yaml", data)
    with pytest.raises(KnowledgeError) as caught:
        build_knowledge([tiny_pack], tmp_path / "out.zip")
    assert caught.value.code == "below_gates"
    assert "gate 0.980" in caught.value.message and "taken for" in caught.value.message
    assert not (tmp_path / "out.zip").exists()


def test_every_matter_is_taught_every_facet(tiny_pack: Path) -> None:
    sentences = list(training_sentences(read_content(tiny_pack)))
    taught = {(s.label, s.facet) for s in sentences if s.facet}
    assert {
        ("gov.passport.apply", facet) for facet in ("materials", "fee", "window", "online", "summary")
    } <= taught
    assert any("健康证明" in sentence.text for sentence in sentences)
    assert any(sentence.text == "护照多少钱" and sentence.facet == "fee" for sentence in sentences)


def test_a_folder_is_built_once_until_it_changes(tiny_pack: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = resolve_knowledge(tiny_pack, None, cache)
    stamp = first.stat().st_mtime_ns
    assert resolve_knowledge(tiny_pack, "gov", cache) == first  # --pack goes before --venue
    assert first.stat().st_mtime_ns == stamp
    data = matter("gov.passport.apply")
    data["answer"]["zh"] = "护照在五号窗口办。"
    write(tiny_pack / "matters" / "gov.passport.apply.yaml", data)
    second = resolve_knowledge(tiny_pack, None, cache)
    assert second != first
    assert load_knowledge(second).matters["gov.passport.apply"].answer["zh"] == "护照在五号窗口办。"


def test_a_file_is_taken_as_it_is(tiny_artefact: Path, tmp_path: Path) -> None:
    assert resolve_knowledge(tiny_artefact, None, tmp_path) == tiny_artefact


def test_what_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as caught:
        resolve_knowledge(tmp_path / "nothing", None, tmp_path)
    assert caught.value.code == "missing"
    with pytest.raises(KnowledgeError) as caught:
        resolve_knowledge(None, "zoo", tmp_path)
    assert caught.value.code == "unknown_venue"
    assert ", ".join(shipped_packs()) in caught.value.message


def test_without_the_training_packages_the_way_out_is_told(
    tiny_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_module, "_PACKAGES", ("sklearn", "no_such_package"))
    with pytest.raises(KnowledgeError) as caught:
        resolve_knowledge(tiny_pack, None, tmp_path / "cache")
    assert caught.value.code == "packages_missing"
    assert "pip install 'yingbin[train]'" in caught.value.message


def test_changes_are_told_by_matter_and_facet(tiny_pack: Path, tiny_artefact: Path) -> None:
    data = matter("gov.passport.apply")
    data["facets"]["fee"]["zh"] = "收工本费"
    data["facets"]["online"] = {"zh": "可以", "en": "Yes"}
    data["examples"]["zh"][0] = "出国要的本子怎么弄"
    write(tiny_pack / "matters" / "gov.passport.apply.yaml", data)
    (tiny_pack / "matters" / "gov.tax.invoice.yaml").unlink()
    changes = {
        (c.matter, c.what): (c.before, c.after)
        for c in compare(read_content(tiny_artefact), read_content(tiny_pack))
    }
    assert changes == {
        ("gov.passport.apply", "examples.zh"): (("我想办护照",), ("出国要的本子怎么弄",)),
        ("gov.passport.apply", "facets.fee.zh"): ("免费", "收工本费"),
        ("gov.passport.apply", "facets.online.zh"): (None, "可以"),
        ("gov.passport.apply", "facets.online.en"): (None, "Yes"),
        ("gov.tax.invoice", "removed"): ("发票", None),
    }


def test_the_manifest_says_what_is_inside(tiny_artefact: Path) -> None:
    with zipfile.ZipFile(tiny_artefact) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert manifest["packs"] == [{"id": "tiny", "version": "2026.11.1"}]
    assert set(manifest["members"]) == {
        "content.json",
        "intent.bin",
        "intent.json",
        "intent.onnx",
        "report.json",
        "speech.fst",
        "speech.tsv",
    }


def test_a_kiosk_needs_none_of_the_training_packages(tiny_artefact: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from models.knowledge import load_knowledge, resolve_knowledge;"
        f"path = resolve_knowledge(Path({str(tiny_artefact)!r}), None, Path('unused'));"
        "assert load_knowledge(path).intent.understand('护照多少钱').facet == 'fee';"
        "print([name for name in ('sklearn', 'scipy', 'onnx', 'pypinyin', 'rich') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
