"""Streaming recognition by Vosk, offline, for any Vosk model folder."""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voice.errors import RecognizerError
from voice.ports import SAMPLE_RATE, Recognition, Word
from voice.transcript import recognition_of, text_of

if TYPE_CHECKING:
    import vosk

# The layouts that vosk-api's Model reads: the usual one, and a flat one of older models. A graph is either
# whole (HCLG.fst) or in two parts for a vocabulary that may change at run time (HCLr.fst and Gr.fst).
_NEEDED = (
    ("am/final.mdl", "final.mdl"),
    ("conf/mfcc.conf", "mfcc.conf"),
    ("graph/HCLG.fst", "graph/HCLr.fst", "HCLG.fst", "HCLr.fst"),
)
_HOW = "fetch a model with 'kiosk models fetch', or set recognition.model to auto"


class VoskRecognizer:
    """A Recognizer on a Vosk model folder; the model is loaded once per process and shared.

    Args:
        model: folder with ``am/``, ``conf/``, ``graph/``.

    Raises:
        RecognizerError: a needed file is missing (the message names it), or Vosk refuses the model.
    """

    def __init__(self, model: Path) -> None:
        self._model = load_model(model)
        self._segments: list[Word] = []
        self._fed = False
        self._decoder = self._new_decoder()

    def accept(self, pcm: bytes) -> str:
        """Take 16 kHz s16 mono sound; the text so far. Raises RecognizerError."""
        if self._accepted(pcm):
            # Vosk ended a segment by its own rules; only finish() ends an utterance here.
            self._segments += _words(json.loads(self._decoder.Result()))
            return text_of(word.text for word in self._segments)
        partial = str(json.loads(self._decoder.PartialResult()).get("partial", ""))
        return text_of([*(word.text for word in self._segments), *partial.split()])

    def finish(self) -> Recognition:
        """The result since the last reset; mostly unknown words give an empty text with confidence 0."""
        words = [*self._segments, *self._flushed()]
        self._segments = []
        return recognition_of(words)

    def reset(self) -> None:
        """Forget the utterance."""
        self._segments = []
        self._flushed()

    def _flushed(self) -> list[Word]:
        """The last words; afterwards the decoder is as new.

        Vosk's own Reset() keeps sound that waits to fill the network's next block, and would decode it as
        the beginning of the next utterance; FinalResult() takes everything.
        """
        if not self._fed:
            return []
        self._fed = False
        return _words(json.loads(self._decoder.FinalResult()))

    def _accepted(self, pcm: bytes) -> bool:
        self._fed = True
        try:
            return bool(self._decoder.AcceptWaveform(pcm))
        except Exception as error:
            if type(error) is not Exception:  # vosk raises the bare class for every failure
                raise
            self._segments = []
            self._fed = False
            self._decoder = self._new_decoder()
            raise RecognizerError(
                "recognizer_failed", f"Vosk could not decode: {error}; the utterance is lost"
            ) from error

    def _new_decoder(self) -> vosk.KaldiRecognizer:
        import vosk

        decoder = vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        decoder.SetWords(True)
        return decoder


def check_model_folder(folder: Path) -> None:
    """Whether a folder can be a Vosk model. Raises RecognizerError that names the first missing file."""
    if not folder.is_dir():
        raise RecognizerError("model_missing", f"no speech model at {folder}; {_HOW}")
    for alternatives in _NEEDED:
        found = [name for name in alternatives if (folder / name).is_file()]
        if not found:
            raise RecognizerError(
                "model_damaged", f"the speech model {folder} lacks {' or '.join(alternatives[:2])}; {_HOW}"
            )
        if any((folder / name).stat().st_size == 0 for name in found):
            raise RecognizerError("model_damaged", f"{folder / found[0]} is empty; {_HOW}")
        if found[0].endswith("HCLr.fst") and not (folder / found[0]).with_name("Gr.fst").is_file():
            raise RecognizerError("model_damaged", f"the speech model {folder} lacks graph/Gr.fst; {_HOW}")


_models: dict[Path, vosk.Model] = {}
_models_lock = threading.Lock()
# A model that goes after Vosk's own module has been taken down cannot free itself and complains of it.
atexit.register(_models.clear)


def load_model(folder: Path) -> vosk.Model:
    """The model in a folder, loaded once per process. Raises RecognizerError."""
    key = folder.resolve()
    with _models_lock:
        if key not in _models:
            check_model_folder(folder)
            _models[key] = _load(key)
        return _models[key]


def _load(folder: Path) -> vosk.Model:
    try:
        import vosk
    except (ImportError, OSError) as error:
        raise RecognizerError(
            "vosk_missing", f"vosk cannot be loaded ({error}); pip install 'yingbin[kiosk]'"
        ) from error
    vosk.SetLogLevel(-1)
    try:
        return vosk.Model(str(folder))
    except Exception as error:
        if type(error) is not Exception:  # vosk raises the bare class for every failure
            raise
        raise RecognizerError(
            "model_damaged", f"Vosk cannot read the speech model {folder}: {error}; {_HOW}"
        ) from error


def _words(result: Mapping[str, Any]) -> list[Word]:
    return [
        Word(str(word["word"]), float(word["start"]), float(word["end"]), float(word["conf"]))
        for word in result.get("result", ())
    ]
