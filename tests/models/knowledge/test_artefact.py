from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.knowledge import KnowledgeError, load_knowledge
from models.knowledge.artefact import (
    MANIFEST,
    MAX_BYTES,
    MAX_MANIFEST_BYTES,
    OPTIONAL,
    read_artefact,
    write_artefact,
)
from models.knowledge.content import PackName

NEEDED = sorted(MAX_BYTES.keys() - OPTIONAL)
MEMBERS = (MANIFEST, *NEEDED)


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


def signed(members: dict[str, bytes]) -> dict[str, bytes]:
    """The members with a manifest that fits them: what a clever forger would send."""
    manifest = json.loads(members[MANIFEST])
    for name, raw in members.items():
        if name != MANIFEST:
            manifest["members"][name] = {"size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    return members | {MANIFEST: json.dumps(manifest).encode()}


def refused(path: Path) -> KnowledgeError:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(path)
    assert str(path) in caught.value.message
    return caught.value


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    raw = {name: name.encode() * 50 for name in MAX_BYTES}
    names = (PackName("a", "1"),)
    first = write_artefact(tmp_path / "a.zip", "a", "1", names, raw)
    second = write_artefact(tmp_path / "b.zip", "a", "1", names, dict(reversed(raw.items())))
    assert first == second == hashlib.sha256((tmp_path / "a.zip").read_bytes()).hexdigest()
    assert read_artefact(tmp_path / "b.zip").members == raw


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    target.mkdir()
    with pytest.raises(KnowledgeError) as caught:
        write_artefact(target, "a", "1", (), dict.fromkeys(MAX_BYTES, b""))
    assert caught.value.code == "cannot_write"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.zip").code == "missing"
    assert refused(tmp_path).code == "missing"


@pytest.mark.parametrize("member", MEMBERS)
def test_a_flipped_bit_in_any_member_is_found(tiny_artefact: Path, tmp_path: Path, member: str) -> None:
    with zipfile.ZipFile(tiny_artefact) as archive:
        entry = archive.getinfo(member)
        start = entry.header_offset + 30 + len(entry.filename)
    raw = bytearray(tiny_artefact.read_bytes())
    raw[start + entry.compress_size // 2] ^= 0x10
    (tmp_path / "a.zip").write_bytes(raw)
    assert refused(tmp_path / "a.zip").code == "damaged"


@pytest.mark.parametrize("member", NEEDED)
def test_another_member_than_the_manifest_says_is_found(
    tiny_artefact: Path, tmp_path: Path, member: str
) -> None:
    members = members_of(tiny_artefact)
    error = refused(pack(tmp_path / "a.zip", members | {member: members[member] + b" "}))
    assert f"{member} is not what the manifest says" in error.message


@pytest.mark.parametrize("member", MEMBERS)
def test_a_missing_member_is_named(tiny_artefact: Path, tmp_path: Path, member: str) -> None:
    members = members_of(tiny_artefact)
    del members[member]
    assert f"holds no {member}" in refused(pack(tmp_path / "a.zip", members)).message


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "content.json/../../evil", "extra.txt", "models/"])
def test_a_strange_member_is_refused(tiny_artefact: Path, tmp_path: Path, name: str) -> None:
    error = refused(pack(tmp_path / "a.zip", members_of(tiny_artefact) | {name: b"evil"}))
    assert "none of ours" in error.message
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_given_twice_is_refused(tiny_artefact: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, raw in members_of(tiny_artefact).items():
            archive.writestr(name, raw)
        archive.writestr("content.json", b"{}")
    assert "twice" in refused(tmp_path / "a.zip").message


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.99, 0.9999])
def test_a_truncated_file_is_refused(tiny_artefact: Path, tmp_path: Path, share: float) -> None:
    raw = tiny_artefact.read_bytes()
    (tmp_path / "a.zip").write_bytes(raw[: int(len(raw) * share)])
    assert refused(tmp_path / "a.zip").code == "damaged"


def test_a_bomb_is_refused_before_it_unpacks(tiny_artefact: Path, tmp_path: Path) -> None:
    members = members_of(tiny_artefact)
    bomb = b" " * (MAX_BYTES["report.json"] + 1)
    error = refused(pack(tmp_path / "a.zip", signed(members | {"report.json": bomb})))
    assert "unpacks to more than" in error.message


def test_a_bomb_that_lies_about_its_size_is_refused(tiny_artefact: Path, tmp_path: Path) -> None:
    members = members_of(tiny_artefact) | {MANIFEST: b" " * (50 * MAX_MANIFEST_BYTES)}
    raw = bytearray(pack(tmp_path / "a.zip", members).read_bytes())
    true = struct.pack("<I", 50 * MAX_MANIFEST_BYTES)
    assert raw.count(true) == 2  # in the local header and in the directory
    (tmp_path / "a.zip").write_bytes(raw.replace(true, struct.pack("<I", 10)))
    assert refused(tmp_path / "a.zip").code == "damaged"


def test_an_absurd_declared_size_is_refused(tiny_artefact: Path, tmp_path: Path) -> None:
    raw = bytearray(tiny_artefact.read_bytes())
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 24 : place + 28] = b"\xff\xff\xff\x7f"
    (tmp_path / "a.zip").write_bytes(raw)
    assert refused(tmp_path / "a.zip").code == "damaged"


def test_a_directory_of_very_many_members_is_refused_before_it_is_read(
    tiny_artefact: Path, tmp_path: Path
) -> None:
    raw = tiny_artefact.read_bytes()
    at = raw.index(b"PK\x01\x02")
    end = raw.index(b"PK\x05\x06")
    many = raw[at:end] * 5_000
    size, count = struct.pack("<L", len(many)), struct.pack("<HH", 0xFFFF, 0xFFFF)
    tail = raw[end : end + 8] + count + size + raw[end + 16 :]
    path = tmp_path / "many.zip"
    path.write_bytes(raw[:at] + many + tail)
    assert "more than 256 members" in refused(path).message


def test_members_that_are_too_much_together_are_refused(tiny_artefact: Path, tmp_path: Path) -> None:
    members = members_of(tiny_artefact)
    for name in ("encoder.onnx", "intent.onnx", "recordings.bin"):
        members[name] = bytes(63_999_000)
    members["speech.fst"] = bytes(31_999_000)
    assert "bytes together" in refused(pack(tmp_path / "much.zip", signed(members))).message


def test_another_format_is_told_apart_from_damage(tiny_artefact: Path, tmp_path: Path) -> None:
    members = members_of(tiny_artefact)
    manifest = json.loads(members[MANIFEST]) | {"format": 99}
    error = refused(pack(tmp_path / "a.zip", members | {MANIFEST: json.dumps(manifest).encode()}))
    assert error.code == "format"
    assert "build it again" in error.message


def _set(path: tuple[str | int, ...], value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[part]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("member", "change", "says"),
    [
        ("content.json", _set(("matters", 0, "title"), "text"), "content.json is wrong at `matters.0.title`"),
        ("content.json", _set(("surprise",), 1), "content.json is wrong at `surprise`"),
        ("content.json", _set(("frequent",), ["gov.nothing"]), "`gov.nothing` is mentioned"),
        ("content.json", _set(("matters",), []), "is mentioned and not there"),
        ("content.json", _set(("matters", 0, "title"), {}), "no title or answer"),
        ("content.json", _set(("smalltalk",), []), "the content does not"),
        ("intent.json", _set(("labels",), []), "labels"),
        ("intent.json", _set(("labels", 0), "x" * 20), "the content does not"),
        ("intent.json", _set(("arrays", "keys"), 10**12), "too short for `keys`"),
        ("intent.json", _set(("arrays", "keys"), -1), "too short for `keys`"),
        ("intent.json", _set(("arrays", "keys"), 3), "contradicts itself"),
        ("intent.json", _set(("facets",), ["summary"]), "does not fit"),
        ("intent.json", _set(("novelty", "weights"), [1.0]), "cannot be"),
        ("intent.json", _set(("format",), 9), "format 9"),
    ],
)
def test_a_forged_document_is_refused(
    tiny_artefact: Path, tmp_path: Path, member: str, change: Callable[[Any], None], says: str
) -> None:
    members = members_of(tiny_artefact)
    document = json.loads(members[member])
    change(document)
    error = refused(pack(tmp_path / "a.zip", signed(members | {member: json.dumps(document).encode()})))
    assert error.code == "damaged"
    assert says in error.message


@pytest.mark.parametrize("member", ["content.json", "intent.json", "report.json"])
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN'])
def test_wrong_json_is_refused(tiny_artefact: Path, tmp_path: Path, member: str, raw: bytes) -> None:
    path = pack(tmp_path / "a.zip", signed(members_of(tiny_artefact) | {member: raw}))
    assert refused(path).code == "damaged"


def test_intent_numbers_that_contradict_each_other_are_refused(tiny_artefact: Path, tmp_path: Path) -> None:
    members = members_of(tiny_artefact)
    raw = bytes(len(members["intent.bin"]))
    error = refused(pack(tmp_path / "a.zip", signed(members | {"intent.bin": raw})))
    assert "contradicts itself" in error.message


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), min_size=1
    )
)
def test_any_damage_is_a_knowledge_error(
    tiny_artefact: Path, tmp_path: Path, edits: list[tuple[float, bytes]]
) -> None:
    raw = bytearray(tiny_artefact.read_bytes())
    for place, patch in edits:
        at = int(place * len(raw))
        raw[at : at + len(patch)] = patch
    (tmp_path / "a.zip").write_bytes(raw)
    try:
        load_knowledge(tmp_path / "a.zip")  # an edit may hit what zip does not use
    except KnowledgeError as error:
        assert error.code in ("damaged", "format")


def test_a_renamed_archive_of_something_else(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    assert "word/document.xml" in refused(tmp_path / "a.zip").message
