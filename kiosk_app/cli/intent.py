"""``kiosk intent``: train and measure an intent model on a table of labelled sentences."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.intent.choice import Choice

if TYPE_CHECKING:
    from models.intent.run import IntentModel
    from models.intent.table import Row

app = typer.Typer(help="Intent models: train one, measure one.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
_Oos = Annotated[str, typer.Option("--oos-label", help="The label of the sentences out of scope.")]
_ENCODER = (
    "Which sentence encoder: the built-in one; a pretrained one (minilm for English, bge-zh for Chinese); or auto: "
    "the pretrained one of the sentences' language when it and torch are here."
)
_TABLE = "Tab-separated: split, text, label; or text, label."
_TRAINED_ON = typer.Option(
    exists=True, dir_okay=False, help=_TABLE + " Of several splits, train and oos_train are used."
)
_MEASURED_ON = typer.Option(
    exists=True, dir_okay=False, help=_TABLE + " Of several splits, those not trained on are used."
)
_MAX_SEED = 2**32 - 1


@app.command(epilog="Example: kiosk intent train --data questions.tsv --out model")
def train(
    data: Annotated[Path, _TRAINED_ON],
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder for the model's files.")],
    valid: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A table to measure on; cross-validation without it."),
    ] = None,
    oos_label: _Oos = "oos",
    encoder: Annotated[Choice, typer.Option(help=_ENCODER)] = Choice.BUILTIN,
    tune: Annotated[
        bool | None,
        typer.Option(help="Fine-tune a pretrained encoder to these sentences; left out: when torch is here."),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=_MAX_SEED, help="Another seed, another draw of folds and noise.")
    ] = 1,
    as_json: _Json = False,
) -> None:
    """Train a model and say how good it is."""
    from models.intent.choice import can_tune, choose
    from models.intent.encoders import BUILTIN
    from models.intent.evaluate import measure
    from models.intent.run import IntentModel
    from models.intent.table import doubts, learnable_rows, read_table, training_rows, unseen_rows
    from models.intent.train import Sentence
    from models.intent.train import train as fit

    start = time.monotonic()
    rows = read_table(data)
    learned = learnable_rows(data, rows, oos_label)
    unseen = read_table(valid) if valid else unseen_rows(rows)
    for doubt in doubts(data, training_rows(rows)):
        typer.echo(f"note: {doubt}", err=True)
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)  # told before the training, not after it
    outside = oos_label if any(row.label == oos_label for row in learned) else None
    sentences = [Sentence(row.text, row.label) for row in learned]
    chosen = choose(encoder, [row.text for row in learned])
    if chosen != BUILTIN and tune is None and not can_tune():
        typer.echo("torch is not installed: the encoder is used as published, not fine-tuned", err=True)
    with progress_bar(as_json) as progress:
        trained = fit(
            sentences,
            outside=outside,
            facets=("summary",),
            encoder=chosen,
            tune=tune,
            seed=seed,
            progress=progress,
        )
    with _writing(out):
        trained.files.write(out)
    seconds = time.monotonic() - start
    accuracy = trained.evaluation.accuracy
    if unseen:
        accuracy = measure(IntentModel(trained.files), unseen, oos_label=oos_label).accuracy
    figures = {
        "accuracy": accuracy,
        "measured_on": str(valid or data) if unseen else "cross-validation",
        "size_mb": round(sum(map(len, trained.files.members().values())) / 1e6, 3),
        "encoder": chosen,
        "seconds": round(seconds, 2),
        "labels": len({row.label for row in learned}),
        "sentences": len(learned),
    }
    show_figures(figures, as_json)


@app.command("eval", epilog="Example: kiosk intent eval --model model --data test.tsv --noise 0.2")
def evaluate(
    model: Annotated[
        Path, typer.Option(exists=True, help="A folder of `intent train`, or a knowledge artefact.")
    ],
    data: Annotated[Path, _MEASURED_ON],
    noise: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of Chinese characters that become homophones.")
    ] = 0.0,
    oos_label: _Oos = "oos",
    seed: Annotated[int, typer.Option(help="Another seed, other homophones.")] = 1,
    as_json: _Json = False,
) -> None:
    """Measure a model: accuracy, out-of-scope figures, latency."""
    import dataclasses

    from models.intent.evaluate import measure
    from models.intent.table import read_table, unseen_rows

    rows: list[Row] = read_table(data)
    rows = unseen_rows(rows) or rows
    opened = _open(model)
    strange = sorted({row.label for row in rows} - {*opened.labels, oos_label})
    if strange:
        typer.echo(
            f"note: {len(strange)} labels of {data} are none of the model's, such as {strange[0]!r}", err=True
        )
    measured = measure(opened, rows, oos_label=oos_label, noise=noise, seed=seed)
    show_figures(dataclasses.asdict(measured), as_json)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Within the block something is written into this folder; raises IntentError when it cannot be."""
    from models.errors import IntentError

    try:
        yield
    except OSError as error:
        raise IntentError(
            "cannot_write", f"{folder} cannot be written ({error.strerror}): name another folder with --out"
        ) from error


def _open(path: Path) -> IntentModel:
    if path.is_file():
        from models.knowledge import load_knowledge

        return load_knowledge(path).intent
    from models.errors import IntentError
    from models.intent.files import IntentFiles
    from models.intent.run import IntentModel

    files = IntentFiles.read(path)
    try:
        return IntentModel(files)
    except IntentError as error:
        raise IntentError(error.code, f"{path}: {error.message}") from error


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error while the block runs; nothing when quiet or not on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:24}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)


def show_figures(figures: dict[str, object], as_json: bool) -> None:
    """Figures as one JSON document, or as a table for people."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in figures.items():
        table.add_row(name, "–" if value is None else str(value))
    Console().print(table)
