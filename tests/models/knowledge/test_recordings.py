"""Recorded speech in a pack: checked with file and line, carried in the artefact, brought to one loudness."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from models.errors import KnowledgeError
from models.knowledge import load_knowledge, validate_packs
from models.knowledge.artefact import RECORDINGS, read_artefact, write_artefact
from models.knowledge.recordings import pack_recordings
from models.knowledge.source import content_hash, read_packs

WORDS = "请到三号窗口办理。"


def voice(
    seconds: float = 2.0, rate: int = 24_000, loud: float = 0.2, lead: float = 0.1, channels: int = 1
) -> tuple[np.ndarray, int]:
    """Something as loud and as long as a spoken sentence."""
    times = np.arange(int(seconds * rate)) / rate
    sound = np.sin(2 * np.pi * 180 * times) * loud * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times))
    whole = np.concatenate([np.zeros(int(lead * rate)), sound])
    return np.repeat(whole[:, None], channels, axis=1), rate


Record = Callable[..., None]


@pytest.fixture
def record(tiny_pack: Path) -> Record:
    """Puts a recording into the small pack, with its line in speech.yaml."""
    entries: list[str] = []

    def put(
        name: str, text: str = WORDS, sound: tuple[np.ndarray, int] | bytes | None = None, lang: str = "zh"
    ) -> None:
        place = tiny_pack / "speech" / name
        place.parent.mkdir(exist_ok=True)
        given = voice() if sound is None else sound
        if isinstance(given, bytes):
            place.write_bytes(given)
        else:
            soundfile.write(place, *given)
        entries.append(f"  - file: {name}\n    lang: {lang}\n    text: {text}\n")
        (tiny_pack / "speech.yaml").write_text("recordings:\n" + "".join(entries), encoding="utf-8")

    return put


def complaints(pack: Path) -> list[str]:
    return [f"{Path(p.file).name}:{p.line}: {p.message}" for p in validate_packs([pack])]


def test_a_sound_recording_is_no_problem(tiny_pack: Path, record: Record) -> None:
    record("window.wav")
    record("window.flac", "Please go to window three.", lang="en")
    assert complaints(tiny_pack) == []


@pytest.mark.parametrize(
    ("sound", "told"),
    [
        (b"no sound", "cannot be read as sound"),
        (voice(rate=8_000), "at least 16000"),
        (voice(0.1, lead=0.0), "lasts 0.1 s"),
        (voice(61.0, rate=16_000), "lasts 61.1 s"),
        (voice(loud=0.002), "almost silent"),
        (voice(loud=9.0), "distorted"),
        (voice(lead=2.0), "2.0 s of silence"),
        (voice(12.0), "does it say these words?"),
    ],
)
def test_what_cannot_be_played_is_told_with_its_line(
    tiny_pack: Path, record: Record, sound: tuple[np.ndarray, int] | bytes, told: str
) -> None:
    record("good.wav", "请带身份证原件。")
    record("bad.wav", sound=sound)
    (complaint,) = complaints(tiny_pack)
    assert complaint.startswith("speech.yaml:5: speech/bad.wav")
    assert told in complaint


def test_words_and_files_have_to_match(tiny_pack: Path, record: Record, tmp_path: Path) -> None:
    record("window.wav")
    record("again.wav")
    record("gone.wav", "请带身份证原件。")
    (tiny_pack / "speech" / "gone.wav").unlink()
    (tiny_pack / "speech" / "stray.wav").write_bytes(b"x")
    outside = tmp_path / "outside.wav"
    soundfile.write(outside, *voice())
    record("link.wav", "请在这里等候叫号。")
    (tiny_pack / "speech" / "link.wav").unlink()
    (tiny_pack / "speech" / "link.wav").symlink_to(outside)
    told = complaints(tiny_pack)
    assert any(
        line.startswith("speech.yaml:7:") and "recorded twice, also in line 2" in line for line in told
    )
    assert any(
        line.startswith("speech.yaml:8:") and "`gone.wav` is not in the folder" in line for line in told
    )
    assert any("speech/stray.wav is named by no recording" in line for line in told)
    assert any("link that leads out of the pack" in line for line in told)
    assert len(told) == 4


def test_a_folder_without_its_words_is_told(tiny_pack: Path, record: Record) -> None:
    record("window.wav")
    (tiny_pack / "speech.yaml").unlink()
    assert any("no speech.yaml" in line for line in complaints(tiny_pack))


def test_another_sound_is_another_content(tiny_pack: Path, record: Record) -> None:
    record("window.wav")
    before = content_hash([tiny_pack])
    soundfile.write(tiny_pack / "speech" / "window.wav", *voice(2.1))
    assert content_hash([tiny_pack]) != before


def test_all_are_brought_to_one_loudness_channel_and_rate(tiny_pack: Path, record: Record) -> None:
    record("soft.wav", "请带身份证原件。", voice(loud=0.03))
    record("loud.wav", WORDS, voice(loud=0.9, rate=48_000, channels=2))
    places, sounds = pack_recordings(read_packs([tiny_pack]))
    levels = []
    for place in places:
        samples, rate = soundfile.read(io.BytesIO(sounds[place.start : place.start + place.size]))
        assert (samples.ndim, rate) == (1, 24_000)
        assert np.abs(samples).max() < 0.9
        levels.append(20 * np.log10(np.sqrt(np.mean(samples[rate // 5 :] ** 2))))
    assert levels[0] == pytest.approx(levels[1], abs=1.0)
    assert levels[0] == pytest.approx(-19, abs=1.5)
    assert pack_recordings(read_packs([tiny_pack])) == (places, sounds), "the same bytes for the same pack"


def with_recordings(artefact: Path, pack: Path, out: Path, cut: int = 0) -> Path:
    """An artefact as the build writes it for a pack with recordings."""
    read = read_artefact(artefact)
    places, sounds = pack_recordings(read_packs([pack]))
    content = json.loads(read.members["content.json"])
    content["recordings"] = [
        {"lang": p.lang, "text": p.text, "name": p.name, "start": p.start, "size": p.size} for p in places
    ]
    members = {**read.members, "content.json": json.dumps(content).encode()}
    members[RECORDINGS] = sounds[: len(sounds) - cut]
    write_artefact(out, read.manifest.id, read.manifest.version, read.manifest.packs, members)
    return out


def test_the_artefact_carries_them(
    tiny_artefact: Path, tiny_pack: Path, record: Record, tmp_path: Path
) -> None:
    assert list(load_knowledge(tiny_artefact).recordings()) == []
    record("window.wav")
    record("card.wav", "请带身份证原件。")
    knowledge = load_knowledge(with_recordings(tiny_artefact, tiny_pack, tmp_path / "with.zip"))
    told = {place.text: soundfile.info(io.BytesIO(data)).duration for place, data in knowledge.recordings()}
    assert told == {WORDS: pytest.approx(2.1), "请带身份证原件。": pytest.approx(2.1)}


def test_an_artefact_that_is_cut_short_is_damaged(
    tiny_artefact: Path, tiny_pack: Path, record: Record, tmp_path: Path
) -> None:
    record("window.wav")
    with pytest.raises(KnowledgeError, match="outside of what was recorded"):
        load_knowledge(with_recordings(tiny_artefact, tiny_pack, tmp_path / "cut.zip", cut=1))
