"""Opens a model file that nobody has used yet and lets it do its work once; ends with 1 and a sentence if it cannot.

A program of its own (``python -m kiosk_app.updating.model_examination vosk-zh FOLDER``): recognisers and detectors are
native code, and what a file can do to native code, an exception cannot tell.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from voice.errors import SynthesizerError

_SPOKEN = {"zh": "居住证要带什么材料", "en": "I have lost my card"}
_SILENCE = bytes(2 * 16_000)
_NICE = 10


def _recogniser(folder: Path, lang: str) -> str:
    """It must bear silence, and hear something in speech."""
    from kiosk_app.spoken import spoken
    from voice.errors import RecognizerError
    from voice.synthesizer import EspeakSynthesizer
    from voice.vosk_recognizer import VoskRecognizer

    try:
        recognizer = VoskRecognizer(folder)
        recognizer.accept(_SILENCE)
        recognizer.finish()
        try:
            sound = spoken(EspeakSynthesizer(), _SPOKEN[lang], "zh" if lang == "zh" else "en")
        except SynthesizerError:
            return ""  # nobody here can speak to it
        heard = recognizer.accept(sound) or recognizer.finish().text
    except RecognizerError as error:
        return str(error)
    return "" if heard else "it hears nothing in speech"


def _detector(file: Path, kind: str) -> str:
    """It must see nobody in an empty picture, and bear one of noise."""
    import numpy as np

    from vision.detectors import DetectorModels, make_detector
    from vision.errors import DetectorError

    models = DetectorModels(
        yunet=file if kind == "yunet" else None, nanodet=file if kind == "nanodet" else None
    )
    try:
        detector = make_detector("yunet" if kind == "yunet" else "nanodet", models)
        if any(one.sure for one in detector.detect(np.full((240, 320, 3), 128, np.uint8))):
            return "it sees somebody in an empty picture"
        detector.detect(np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8))
    except DetectorError as error:
        return error.message
    return ""


def main(kind: str, model: str) -> int:
    """The exit status; what is wrong is the last line of standard error."""
    os.nice(_NICE)  # somebody may be asking something meanwhile
    path = Path(model)
    complaint = (
        _recogniser(path, kind.removeprefix("vosk-")) if kind.startswith("vosk") else _detector(path, kind)
    )
    if complaint:
        sys.stderr.write(f"\n{' '.join(complaint.split())}\n")
    return 1 if complaint else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
