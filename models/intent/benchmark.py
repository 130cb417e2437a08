"""The benchmark of understanding: `python -m models.intent.benchmark [--data FOLDER] [--only NAME …] [--json]`.

Trains on the training splits of public question sets and measures on their validation splits, next to TF-IDF and a
linear support vector machine trained in the same run; and on the shipped packs' own held-out questions.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import IntentError, KnowledgeError
from models.intent.encoders import BUILTIN, ENCODERS, load_encoder
from models.intent.evaluate import Measured, measure
from models.intent.run import IntentModel
from models.intent.table import Row, read_table
from models.intent.train import Sentence, train

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "nlu"
OOS = "oos"
SEED = 1
HELD_OUT_LABELS = 5
"""For near sentences from outside, one label in so many is held out."""
NEAR_DRAWS = (1, 2, 3, 4)
"""Seeds of the draws of those labels: which of them are left out changes the figure more than the method does."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to train on and what to ask. Sentences from outside have the label `oos`."""

    name: str
    learned: Sequence[Row]
    asked: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Result:
    """One method's figures on one task; `megabytes` and the times are None for the baseline."""

    task: str
    method: str
    accuracy: float
    oos_recall_at_5: float | None
    auroc: float | None
    answered: float | None = None
    wrong: float | None = None
    p95_ms: float | None = None
    megabytes: float | None = None
    seconds: float | None = None


def public_tasks(data: Path) -> Iterator[Task]:
    """The tasks over the public sets that are in the folder."""
    for name, full in (("banking77", "fewshot_splits.tsv"), ("hwu64", "data.tsv")):
        rows = _rows(data / name / full)
        valid = [row for row in rows if row.split == "valid"]
        yield Task(f"{name} full", [row for row in rows if row.split == "train"], valid)
        yield Task(f"{name} 10-shot", [row for row in rows if row.split == "train_10"], valid)
        if name == "banking77":
            learned = [row for row in rows if row.split == "train"]
            yield from (_near(name, learned, valid, draw) for draw in NEAR_DRAWS)
    rows = _rows(data / "clinc150" / "data.tsv")
    yield Task(
        "clinc150",
        [row for row in rows if row.split in ("train", "oos_train")],
        [row for row in rows if row.split in ("val", "oos_val")],
    )


def _rows(path: Path) -> list[Row]:
    return read_table(path) if path.exists() else []


def _near(name: str, learned: Sequence[Row], asked: Sequence[Row], draw: int) -> Task:
    labels = sorted({row.label for row in learned})
    chance = random.Random(draw)  # noqa: S311 - a reproducible draw, no secret
    held = set(chance.sample(labels, len(labels) // HELD_OUT_LABELS))
    questions = [Row(row.split, row.text, OOS) if row.label in held else row for row in asked]
    return Task(f"{name} near {draw}", [row for row in learned if row.label not in held], questions)


def run_task(task: Task, encoders: Sequence[str]) -> Iterator[Result]:
    """The baseline, then a model with each encoder."""
    yield _baseline(task)
    for encoder in encoders:
        start = time.monotonic()
        outside = OOS if any(row.label == OOS for row in task.learned) else None
        sentences = [Sentence(row.text, row.label) for row in task.learned]
        trained = train(sentences, outside=outside, facets=("summary",), seed=SEED, encoder=encoder)
        seconds = time.monotonic() - start
        found = measure(IntentModel(trained.files), task.asked, oos_label=OOS)
        size = sum(map(len, trained.files.members().values()))
        yield _result(task.name, encoder, found, size, seconds)


def _result(name: str, method: str, found: Measured, size: int, seconds: float) -> Result:
    return Result(
        name, method, found.in_scope_accuracy, found.oos_recall_at_5, found.auroc, found.answered, found.wrong,
        found.p95_ms, round(size / 1e6, 2), round(seconds, 1),
    )  # fmt: skip


def _baseline(task: Task) -> Result:
    """TF-IDF of words and pieces of words, linear support vectors; outside is what no label claims."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    from models.intent.evaluate import auroc, recall_at

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    machine = make_pipeline(make_union(words, parts), LinearSVC(random_state=SEED))
    ours = [row for row in task.learned if row.label != OOS]
    machine.fit([row.text for row in ours], [row.label for row in ours])
    margins = np.asarray(machine.decision_function([row.text for row in task.asked]))
    best, label = margins.max(axis=1), np.asarray(machine.classes_)[margins.argmax(axis=1)]
    inside = np.array([row.label != OOS for row in task.asked])
    right = np.array([row.label == found for row, found in zip(task.asked, label, strict=True)])
    both = not inside.all()
    return Result(
        task.name,
        "TF-IDF + SVM",
        round(float(right[inside].mean()), 4),
        recall_at(best[inside], best[~inside]) if both else None,
        auroc(best[inside], best[~inside]) if both else None,
    )


def run_packs(encoders: Sequence[str]) -> Iterator[Result]:
    """The shipped packs: learn 70 % of each matter's questions, ask the other 30 %, as written and misheard."""
    import numpy as np

    from models.facets import FACETS
    from models.intent.fit import split
    from models.intent.samples import prepare
    from models.knowledge.build import OUTSIDE, training_sentences
    from models.knowledge.compare import read_content
    from models.knowledge.resolve import shipped_packs

    folders = shipped_packs().values()
    sentences = dict.fromkeys(s for folder in folders for s in training_sentences(read_content(folder)))
    ordered = sorted(sentences, key=lambda sentence: (sentence.label, sentence.text))
    samples = prepare(ordered, OUTSIDE, FACETS, SEED, load_encoder(BUILTIN))
    held = set(np.concatenate(split(samples, 10, SEED)[:3]).tolist())
    learned = [sentence for place, sentence in enumerate(ordered) if place not in held]
    asked = [Row("", ordered[place].text, ordered[place].label) for place in sorted(held)]
    for encoder in encoders:
        start = time.monotonic()
        trained = train(learned, outside=OUTSIDE, seed=SEED, encoder=encoder)
        seconds = time.monotonic() - start
        model = IntentModel(trained.files)
        size = sum(map(len, trained.files.members().values()))
        for name, noise in (("packs", 0.0), ("packs, 20 % homophones", 0.2)):
            found = measure(model, asked, oos_label=OUTSIDE, noise=noise, seed=SEED)
            yield _result(name, encoder, found, size, seconds)


def available_encoders() -> list[str]:
    """The encoders whose files are here, the built-in one first."""
    found = []
    for name in sorted(ENCODERS, key=lambda name: (name != BUILTIN, name)):
        try:
            load_encoder(name)
        except IntentError:
            continue
        found.append(name)
    return found


def main() -> None:
    """Run the tasks and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder with banking77, clinc150, hwu64")
    parser.add_argument(
        "--only", nargs="*", default=[], help="tasks whose name contains one of these; `packs` too"
    )
    parser.add_argument("--encoder", nargs="*", help="encoders by name; all that are here without it")
    parser.add_argument("--json", action="store_true", help="one JSON document a line")
    given = parser.parse_args()
    encoders = given.encoder or available_encoders()
    results: list[Result] = []
    try:
        for result in _results(given.data, given.only, encoders):
            results.append(result)
            line = f"{result.task}, {result.method}: {result.accuracy:.1%}"
            if given.json:
                line = json.dumps(dataclasses.asdict(result), ensure_ascii=False)
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except (IntentError, KnowledgeError) as error:
        sys.exit(error.message)
    if results and not given.json:
        _show(results)


def _results(data: Path, only: Sequence[str], encoders: Sequence[str]) -> Iterator[Result]:
    wanted = [task for task in public_tasks(data) if not only or any(part in task.name for part in only)]
    for task in wanted:
        if task.learned and task.asked:
            yield from run_task(task, encoders)
        else:
            sys.stderr.write(f"{task.name}: its table is not in {data}; skipped\n")
    if not only or any(part in "packs" for part in only):
        yield from run_packs(encoders)


def _show(results: Sequence[Result]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Understanding (validation splits; packs: own held-out questions)")
    for column in (
        "task",
        "method",
        "right",
        "OOS at 5 %",
        "AUROC",
        "answered",
        "wrong",
        "p95 ms",
        "MB",
        "s",
    ):
        table.add_column(column, justify="left" if column in ("task", "method") else "right")
    for result in results:
        shares = (result.accuracy, result.oos_recall_at_5, result.auroc, result.answered, result.wrong)
        cells = [f"{100 * share:.1f}" if share is not None else "–" for share in shares]
        others = [str(v) if v is not None else "–" for v in (result.p95_ms, result.megabytes, result.seconds)]
        table.add_row(result.task, result.method, *cells, *others)
    Console().print(table)


if __name__ == "__main__":
    main()
