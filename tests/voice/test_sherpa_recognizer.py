"""sherpa-onnx itself, with a model whose signs are tones."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.voice.listening import partials_of
from tests.voice.tone_model import tones, write_tone_model
from voice.errors import RecognizerError
from voice.ports import FRAME_BYTES
from voice.sherpa_model import find_files, signs_of
from voice.sherpa_recognizer import SherpaRecognizer, words_of, writable

pytest.importorskip(
    "sherpa_onnx", reason="the extra 'sherpa' is not installed: pip install 'yingbin[sherpa]'"
)

LOST_CARD = ("银", "行", "卡", "挂", "失")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of tones."""
    return write_tone_model(tmp_path_factory.mktemp("tones"))


def test_text_partials_words_times_and_confidence(model: Path) -> None:
    recognizer = SherpaRecognizer(model)
    partials = partials_of(recognizer, tones("银", "行", "卡", "怎", "么"))
    result = recognizer.finish()
    assert result.text == "银行卡怎么"
    assert partials == ["银", "银行", "银行卡", "银行卡怎", "银行卡怎么"]
    assert "".join(word.text for word in result.words) == result.text
    assert all(word.start_s < word.end_s for word in result.words)
    starts = [word.start_s for word in result.words]
    assert starts == pytest.approx([0.2, 0.52, 0.84, 1.16, 1.48], abs=0.05)
    assert result.confidence > 0.9


def test_the_vocabulary_decides_between_two_signs_that_sound_alike(model: Path) -> None:
    plain, biased = SherpaRecognizer(model), SherpaRecognizer(model, ["挂失", "银行卡"])
    partials_of(plain, tones(*LOST_CARD))
    partials_of(biased, tones(*LOST_CARD))
    assert plain.finish().text == "银行卡挂师"
    doubtful = biased.finish()
    assert doubtful.text == "银行卡挂失"
    assert doubtful.words[-1].confidence < 0.6, "the sound alone told nothing"
    assert doubtful.words[0].confidence > 0.9


def test_vocabulary_that_the_model_cannot_write_is_left_out(
    model: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    recognizer = SherpaRecognizer(model, ["公积金", "挂失", "ETC", "卡", "挂失"])
    assert recognizer.vocabulary == ("挂失",)
    partials_of(recognizer, tones("挂", "失"))
    assert recognizer.finish().text == "挂失"
    assert capfd.readouterr() == ("", ""), "the library complained"


def test_latin_pieces_are_words_in_small_letters(model: Path) -> None:
    recognizer = SherpaRecognizer(model)
    partials = partials_of(recognizer, tones("▁HOW", "▁DO", "ING", "怎", "么"))
    result = recognizer.finish()
    assert [word.text for word in result.words] == ["how", "doing", "怎", "么"]
    assert result.text == "how doing 怎么"
    assert partials[-1] == result.text


def test_finish_and_reset_start_afresh(model: Path) -> None:
    recognizer = SherpaRecognizer(model)
    partials_of(recognizer, tones("银", "行"))
    recognizer.reset()
    partials_of(recognizer, tones("怎", "么"))
    assert recognizer.finish().text == "怎么"
    nothing = recognizer.finish()
    assert (nothing.text, nothing.words, nothing.confidence) == ("", (), 0.0)
    partials_of(recognizer, tones("卡"))
    assert recognizer.finish().text == "卡"


def test_silence_is_nothing(model: Path) -> None:
    recognizer = SherpaRecognizer(model)
    assert partials_of(recognizer, b"\0" * 64_000) == []
    assert (recognizer.finish().text, recognizer.finish().confidence) == ("", 0.0)


def test_two_recognisers_share_the_model_and_nothing_else(model: Path) -> None:
    one, two = SherpaRecognizer(model), SherpaRecognizer(model, ["挂失"])
    first, second = tones("银", "行"), tones("挂", "失")
    for offset in range(0, len(second), FRAME_BYTES):
        one.accept(first[offset : offset + FRAME_BYTES])
        two.accept(second[offset : offset + FRAME_BYTES])
    assert (one.finish().text, two.finish().text) == ("银行", "挂失")


def test_many_utterances_leave_nothing_behind(model: Path) -> None:
    recognizer = SherpaRecognizer(model, ["挂失", "银行卡"])
    sound = tones("卡")

    def turns(count: int) -> tuple[int, int, int]:
        for _ in range(count):
            recognizer.accept(sound)
            recognizer.finish()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return (
            pages * os.sysconf("SC_PAGE_SIZE"),
            threading.active_count(),
            len(list(Path("/proc/self/fd").iterdir())),
        )

    memory, threads, files = turns(50)
    later = turns(300)
    assert later[1:] == (threads, files)
    assert later[0] - memory < 4 << 20


def test_a_missing_folder_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="pretrained_models") as wrong:
        SherpaRecognizer(tmp_path / "none")
    assert wrong.value.code == "model_missing"


@pytest.mark.parametrize("name", ["tokens.txt", "encoder.onnx", "decoder.onnx", "joiner.onnx"])
def test_a_missing_or_empty_file_is_named(tmp_path: Path, name: str) -> None:
    model = write_tone_model(tmp_path / "model")
    (model / name).write_bytes(b"")
    with pytest.raises(RecognizerError, match=f"{name} is empty"):
        SherpaRecognizer(model)
    (model / name).unlink()
    with pytest.raises(RecognizerError, match=name.split(".", maxsplit=1)[0]) as wrong:
        SherpaRecognizer(model)
    assert wrong.value.code == "model_damaged"


def test_a_model_for_which_the_library_ends_its_process_is_an_error_here(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="cannot use the speech model") as wrong:
        SherpaRecognizer(write_tone_model(tmp_path / "bare", metadata=False))
    assert wrong.value.code == "model_damaged"
    rubbish = write_tone_model(tmp_path / "rubbish")
    (rubbish / "encoder.onnx").write_bytes(b"rubbish" * 100)
    with pytest.raises(RecognizerError, match="cannot use the speech model"):
        SherpaRecognizer(rubbish)


def test_tokens_that_are_none_are_told(tmp_path: Path) -> None:
    model = write_tone_model(tmp_path / "model")
    (model / "tokens.txt").write_text("{}", encoding="utf-8")
    with pytest.raises(RecognizerError, match="no list of tokens"):
        SherpaRecognizer(model)


def test_without_the_library_the_extra_is_named(
    model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sherpa_onnx", None)
    with pytest.raises(RecognizerError, match=r"yingbin\[kiosk,sherpa\]") as wrong:
        SherpaRecognizer(write_tone_model(tmp_path / "another"))
    assert wrong.value.code == "sherpa_missing"


def test_quantised_files_go_before_full_ones_but_for_the_decoder(tmp_path: Path) -> None:
    for name in ("encoder", "decoder", "joiner"):
        for kind in ("-epoch-99-avg-1.onnx", "-epoch-99-avg-1.int8.onnx"):
            (tmp_path / f"{name}{kind}").write_bytes(b"x")
    (tmp_path / "tokens.txt").write_text("<blk> 0\n银 1\n", encoding="utf-8")
    files = find_files(tmp_path)
    assert (files.encoder.name, files.joiner.name) == (
        "encoder-epoch-99-avg-1.int8.onnx",
        "joiner-epoch-99-avg-1.int8.onnx",
    )
    assert files.decoder.name == "decoder-epoch-99-avg-1.onnx"
    assert files.unit == "cjkchar"
    (tmp_path / "bpe.vocab").write_text("▁A -1\n", encoding="utf-8")
    assert find_files(tmp_path).unit == "cjkchar+bpe"


def test_latin_vocabulary_needs_the_pieces(model: Path) -> None:
    signs = signs_of(model / "tokens.txt")
    assert writable(["挂失", "ETC"], signs, pieces=True) == ("挂失", "ETC")
    assert writable(["挂失", "ETC"], signs, pieces=False) == ("挂失",)


def test_a_confidence_is_the_mean_of_the_pieces() -> None:
    words = words_of(
        [" DO", "ING", "卡"], [0.1, 0.2, 0.5], [0.0, float(np.log(0.5)), float(np.log(0.25))], 0.9
    )
    assert [(word.text, word.start_s, word.end_s) for word in words] == [
        ("doing", 0.1, 0.5),
        ("卡", 0.5, 0.9),
    ]
    assert [word.confidence for word in words] == pytest.approx([0.75, 0.25])
