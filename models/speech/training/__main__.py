"""``python -m models.speech.training train|evaluate``."""

import argparse
import importlib.util
import json
import logging
import sys
from pathlib import Path

from models.speech.errors import SpeechModelError

_PACKAGES = {"kaldi_native_fbank": "kaldi-native-fbank", "yaml": "PyYAML"}


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
    measuring = commands.add_parser("evaluate", help="measure the committed weights; needs no torch")
    measuring.add_argument("--packs", type=Path, help="folder of pack folders; the shipped ones by default")
    measuring.add_argument("--limit", type=int, default=600, help="utterances of known sentences")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        if options.command == "train":
            _train(options.size, options.out)
        else:
            _evaluate(options.packs, options.limit)
    except SpeechModelError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


def _train(size: str, out: Path) -> None:
    _require("training", "torch", "kaldi_native_fbank", "soxr", "pypinyin")
    from models.speech.training.build import SIZES, train_weights

    train_weights(SIZES[size], out)


def _evaluate(packs: Path | None, limit: int) -> None:
    _require("measuring", "vosk", "soxr", "pypinyin", "yaml")
    from models.speech.training.report import PACKS, questions_of, report

    figures = report(questions_of(packs or PACKS), limit)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


def _require(purpose: str, *modules: str) -> None:
    missing = [_PACKAGES.get(name, name) for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        names = " ".join(missing)
        raise SpeechModelError("training_tools_missing", f"{purpose} needs {names}: pip install {names}")


if __name__ == "__main__":
    sys.exit(main())
