"""``python -m models.speech.training train|evaluate``."""

import argparse
import importlib.util
import logging
import sys
from pathlib import Path

from models.speech.errors import SpeechModelError

_NEEDED = {
    "torch": "torch",
    "kaldi_native_fbank": "kaldi-native-fbank",
    "soxr": "soxr",
    "pypinyin": "pypinyin",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m models.speech.training", description="The self-test voice."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="make the acoustic weights")
    training.add_argument("--size", choices=("lite", "full"), default="full")
    training.add_argument(
        "--out", type=Path, required=True, help="folder for final.mdl, phones.json, mfcc.conf"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        _train(options.size, options.out)
    except SpeechModelError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


def _train(size: str, out: Path) -> None:
    missing = [package for module, package in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise SpeechModelError(
            "training_tools_missing", f"training needs {', '.join(missing)}: pip install {' '.join(missing)}"
        )
    from models.speech.training.build import SIZES, train_weights

    train_weights(SIZES[size], out)


if __name__ == "__main__":
    sys.exit(main())
