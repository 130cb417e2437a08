"""A folder with a streaming transducer for sherpa-onnx: which files are taken, and whether the library bears them.

The library ends the whole process when a model lacks something that it needs. A folder is therefore tried in a
process of its own before it is loaded here.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from voice.errors import RecognizerError

if TYPE_CHECKING:
    import sherpa_onnx

HOW = (
    "name the folder of a streaming transducer for sherpa-onnx in recognition.model: unpack one of those listed at "
    "k2-fsa.github.io/sherpa/onnx/pretrained_models/online-transducer"
)
HOTWORDS_SCORE = 1.5
"""What a token of the vocabulary is worth in the search; the library's own value."""

_THREADS = 2
_TRIAL_S = 120.0
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class SherpaFiles:
    """The files of a model; ``pieces`` is bpe.vocab, which English vocabulary needs, None where there is none."""

    tokens: Path
    encoder: Path
    decoder: Path
    joiner: Path
    pieces: Path | None

    @property
    def unit(self) -> str:
        """What vocabulary is cut into."""
        if self.pieces is None:
            return "cjkchar"
        return "cjkchar+bpe" if any(is_chinese(sign) for sign in signs_of(self.tokens)) else "bpe"


def find_files(folder: Path) -> SherpaFiles:
    """The files to use: the quantised encoder and joiner where there are any, the full decoder.

    Raises RecognizerError ``model_missing`` or ``model_damaged``; the message names what is lacking.
    """
    if not folder.is_dir():
        raise RecognizerError("model_missing", f"no speech model at {folder}; {HOW}")
    pieces = folder / "bpe.vocab"
    return SherpaFiles(
        _found(folder, "tokens.txt", [folder / "tokens.txt"]),
        _found(folder, "encoder*.onnx", _named(folder, "encoder", quantised=True)),
        _found(folder, "decoder*.onnx", _named(folder, "decoder", quantised=False)),
        _found(folder, "joiner*.onnx", _named(folder, "joiner", quantised=True)),
        pieces if pieces.is_file() else None,
    )


def _named(folder: Path, part: str, *, quantised: bool) -> list[Path]:
    """The files of a part, the wanted kind first; of several of one kind, the one last by name."""
    files = sorted(folder.glob(f"{part}*.onnx"), reverse=True)
    return sorted(files, key=lambda file: (".int8." in file.name) != quantised)


def _found(folder: Path, name: str, files: Sequence[Path]) -> Path:
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        raise RecognizerError("model_damaged", f"the speech model {folder} lacks {name}; {HOW}")
    if file.stat().st_size == 0:
        raise RecognizerError("model_damaged", f"{file} is empty; {HOW}")
    return file


@cache
def signs_of(tokens: Path) -> frozenset[str]:
    """The tokens that a model can write. Raises RecognizerError when the file is no list of tokens."""
    try:
        lines = tokens.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecognizerError("model_damaged", f"{tokens} cannot be read ({error}); {HOW}") from error
    signs = frozenset(line.rsplit(maxsplit=1)[0] for line in lines if len(line.split()) == _SEVERAL)
    if len(signs) < _SEVERAL:
        raise RecognizerError("model_damaged", f"{tokens} is no list of tokens; {HOW}")
    return signs


def is_chinese(sign: str) -> bool:
    """Whether a token is one Chinese character."""
    return len(sign) == 1 and "㐀" <= sign <= "鿿"


_engines: dict[Path, sherpa_onnx.OnlineRecognizer] = {}
_engines_lock = threading.Lock()


def load_engine(folder: Path) -> sherpa_onnx.OnlineRecognizer:
    """The engine of a folder, tried and then loaded once per process. Raises RecognizerError."""
    key = folder.resolve()
    with _engines_lock:
        if key not in _engines:
            files = find_files(key)
            signs_of(files.tokens)
            _import()
            _try(folder, files)
            _engines[key] = open_engine(files)
        return _engines[key]


def _import() -> None:
    try:
        import sherpa_onnx  # noqa: F401
    except (ImportError, OSError) as error:
        raise RecognizerError(
            "sherpa_missing", f"sherpa-onnx cannot be loaded ({error}); pip install 'yingbin[kiosk,sherpa]'"
        ) from error


def open_engine(files: SherpaFiles) -> sherpa_onnx.OnlineRecognizer:
    """Load a model in this process, which the library ends when the model is not sound."""
    import sherpa_onnx

    return sherpa_onnx.OnlineRecognizer.from_transducer(
        tokens=str(files.tokens),
        encoder=str(files.encoder),
        decoder=str(files.decoder),
        joiner=str(files.joiner),
        num_threads=_THREADS,
        decoding_method="modified_beam_search",  # the only one that takes a vocabulary
        hotwords_score=HOTWORDS_SCORE,
        modeling_unit=files.unit,
        bpe_vocab=str(files.pieces or ""),
    )


def _try(folder: Path, files: SherpaFiles) -> None:
    """Load the model and hear a little silence with it in a process of its own."""
    paths = [str(path) for path in (files.tokens, files.encoder, files.decoder, files.joiner)]
    command = [sys.executable, "-m", "voice.sherpa_trial", *paths, str(files.pieces or "")]
    try:
        trial = subprocess.run(command, capture_output=True, timeout=_TRIAL_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise RecognizerError(
            "model_damaged", f"sherpa-onnx does not finish loading the speech model {folder}; {HOW}"
        ) from error
    if trial.returncode:
        lines = trial.stderr.decode(errors="replace").strip().splitlines() or [f"exit {trial.returncode}"]
        raise RecognizerError(
            "model_damaged", f"sherpa-onnx cannot use the speech model {folder}: {lines[-1][-200:]}; {HOW}"
        )
