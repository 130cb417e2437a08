"""``python -m models.speech.training train|evaluate``."""

import argparse
import importlib.util
import json
import logging
import sys
from pathlib import Path

from models.speech.errors import SpeechModelError

_PACKAGES = {"yaml": "PyYAML"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m models.speech.training", description="The embedded recogniser."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="make the acoustic weights; hours")
    training.add_argument("--size", choices=("lite", "full"), default="full")
    training.add_argument(
        "--work", type=Path, required=True, help="folder for what a run can be taken up from"
    )
    training.add_argument(
        "--out", type=Path, required=True, help="folder for final.mdl, phones.json, mfcc.conf"
    )
    training.add_argument("--recordings", type=Path, help="folder of recordings of people with index.tsv")
    training.add_argument(
        "--sentences",
        type=Path,
        nargs="*",
        default=[],
        help="text files whose Chinese the voices read, beside the packs",
    )
    measuring = commands.add_parser("evaluate", help="measure the committed weights; needs no torch")
    measuring.add_argument("--packs", type=Path, help="folder of pack folders; the shipped ones by default")
    measuring.add_argument("--limit", type=int, default=600, help="utterances of known sentences")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        if options.command == "train":
            _train(options)
        else:
            _evaluate(options.packs, options.limit)
    except SpeechModelError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


def _train(options: argparse.Namespace) -> None:
    _require("training", "torch", "scipy", "soxr", "soundfile", "pypinyin", "yaml")
    from models.speech.readings import spoken_text
    from models.speech.training.build import PROCESSES, sentences_in, train_weights
    from models.speech.training.report import PACKS, questions_of

    packs = [text for sentence in questions_of(PACKS).known if (text := spoken_text(sentence))]
    sentences = [*packs, *sentences_in(options.sentences)]
    train_weights(options.size, options.work, options.out, options.recordings, sentences, PROCESSES)


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
