"""``kiosk ask``: one question, in words or as a recording."""

from __future__ import annotations

import json
import shutil
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk_app.cli.root import run
from tests.kiosk_app.cli import kiosk

KEYS = {
    "heard",
    "matter",
    "facet",
    "act",
    "confidence",
    "speech",
    "cards",
    "alternatives",
    "timings_ms",
}
TIMINGS = {"endpoint", "recognise", "understand", "reply", "first_audio"}


def write_wav(path: Path, samples: np.ndarray, rate: int = 16_000) -> Path:
    """Write 16-bit mono samples."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype(np.int16).tobytes())
    return path


def ask_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Ask within this process; the document."""
    assert run(["ask", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_question_in_words_as_a_program(gov_artefact: Path) -> None:
    done = kiosk("ask", "--text", "居住证要带什么材料", "--pack", str(gov_artefact), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    answer = json.loads(done.stdout)
    assert set(answer) == KEYS
    assert set(answer["timings_ms"]) == TIMINGS
    assert (answer["heard"], answer["act"]) == ("居住证要带什么材料", "answer")
    assert (answer["matter"], answer["facet"]) == ("gov.residence_permit.apply", "materials")
    assert answer["alternatives"] == []
    assert 0 < answer["confidence"] <= 1
    assert [set(card) for card in answer["cards"]] == [{"kind", "facet", "title", "items"}] * len(
        answer["cards"]
    )
    measured = {name for name, value in answer["timings_ms"].items() if value is not None}
    assert measured == {"understand", "reply"}
    assert "居住证" in done.stdout, "the document is escaped"


def test_words_that_mean_nothing_are_rejected_with_the_same_keys(
    capsys: pytest.CaptureFixture[str], gov_artefact: Path
) -> None:
    answer = ask_json(capsys, "--text", "红烧肉怎么做", "--pack", str(gov_artefact))
    assert set(answer) == KEYS
    assert (answer["act"], answer["matter"], answer["facet"], answer["alternatives"]) == (
        "reject",
        None,
        None,
        [],
    )


def test_the_language_is_that_of_the_question_unless_it_is_given(
    capsys: pytest.CaptureFixture[str], gov_artefact: Path
) -> None:
    pack = ("--pack", str(gov_artefact))
    assert ask_json(capsys, "--text", "residence permit fee", *pack)["speech"].isascii()
    assert not ask_json(capsys, "--text", "residence permit fee", "--lang", "zh", *pack)["speech"].isascii()


def test_for_people_the_answer_is_laid_out(capsys: pytest.CaptureFixture[str], gov_artefact: Path) -> None:
    assert run(["ask", "--text", "居住证要带什么材料", "--pack", str(gov_artefact)]) == 0
    shown = capsys.readouterr().out
    assert "gov.residence_permit.apply" in shown
    assert not shown.lstrip().startswith("{")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--text", "x", "--wav", "y.wav"], "either --text or --wav"),
        ([], "either --text or --wav"),
        (["--text", "x", "--venue", "shop"], "'shop' is not gov or bank"),
        (["--text", "x", "--lang", "fr"], "'fr' is not zh or en"),
        (["--question", "x"], "No such option"),
    ],
)
def test_wrong_use_is_told_and_exits_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert run(["ask", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err


def test_a_pack_that_is_not_there_is_one_line_and_exits_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["ask", "--text", "x", "--pack", str(tmp_path / "none"), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: there is no pack at {tmp_path / 'none'}")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not a WAV, FLAC or OGG file"),
        ("居住证要带什么\n".encode(), "is not a WAV, FLAC or OGG file"),
        (None, "no such sound file"),
    ],
    ids=["empty", "text", "missing"],
)
def test_what_is_no_recording_is_one_line_and_exits_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, gov_artefact: Path, content: bytes | None, told: str
) -> None:
    wav = tmp_path / "question.wav"
    if content is not None:
        wav.write_bytes(content)
    assert run(["ask", "--wav", str(wav), "--pack", str(gov_artefact), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err
    assert str(wav) in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("samples", [0, 48_000])
def test_silence_is_heard_as_nothing_and_answered_in_the_language_listened_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, gov_artefact: Path, samples: int
) -> None:
    wav = write_wav(tmp_path / "silence.wav", np.zeros(samples))
    answer = ask_json(capsys, "--wav", str(wav), "--pack", str(gov_artefact))
    assert (answer["heard"], answer["act"], answer["matter"]) == ("", "reject", None)
    assert not answer["speech"].isascii(), "the answer to silence is in English"
    assert answer["timings_ms"]["recognise"] is None


def test_a_spoken_question_is_understood(tmp_path: Path, gov_artefact: Path) -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: apt-get install espeak-ng")
    from voice.synthesizer import EspeakSynthesizer

    synthesizer = EspeakSynthesizer()
    sound = np.frombuffer(b"".join(synthesizer.synthesize("我想办居住证，要带什么材料", "zh")), np.int16)
    wav = write_wav(tmp_path / "question.wav", sound, synthesizer.sample_rate)
    done = kiosk("ask", "--wav", str(wav), "--pack", str(gov_artefact), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert set(answer) == KEYS
    assert "居住证" in answer["heard"]
    assert (answer["act"], answer["matter"]) == ("answer", "gov.residence_permit.apply")
    timings = answer["timings_ms"]
    assert all(isinstance(timings[name], float) for name in TIMINGS), timings
    assert timings["endpoint"] > 0
    assert timings["first_audio"] >= timings["endpoint"] + timings["reply"]
