"""``kiosk ask``: one question through the real path."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.cli.answers import answer_json
from kiosk_app.cli.knowledge_options import (
    LangOption,
    PackOption,
    VenueOption,
    check_language,
    open_knowledge,
)
from kiosk_app.reply import Language, Reply

if TYPE_CHECKING:
    from kiosk_app.dialogue import Dialogue
    from models.knowledge import Knowledge

Timings = dict[str, float | None]


def ask(
    text: Annotated[str | None, typer.Option(help="The question in words.")] = None,
    wav: Annotated[Path | None, typer.Option(help="The question as a recording (WAV or FLAC).")] = None,
    venue: VenueOption = None,
    pack: PackOption = None,
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ask one question and print the answer.

    Example: kiosk ask --text 居住证要带什么 --venue gov
    """
    from kiosk_app.dialogue import Dialogue, language_of
    from kiosk_app.request import TextAsked

    if (text is None) == (wav is None):
        raise typer.BadParameter("give either --text or --wav", param_hint="--text / --wav")
    language = check_language(lang)
    knowledge = open_knowledge(pack, venue)
    timings: Timings = dict.fromkeys(("endpoint", "recognise", "understand", "reply", "first_audio"))
    heard = text or ""
    if wav is not None:
        language = (
            language or "zh"
        )  # the words are those of the model that listened, even when there are none
        heard = _hear(wav, knowledge, language, timings)
    language = language or language_of(heard)
    dialogue = Dialogue(knowledge)
    timings["understand"] = _understanding_time(dialogue, heard, language)
    began = time.perf_counter()
    reply = dialogue.answer(TextAsked(heard), language)
    timings["reply"] = _milliseconds(began)
    if wav is not None:
        timings["first_audio"] = _first_audio(reply, timings)
    if as_json:
        typer.echo(json.dumps(answer_json(heard, reply, timings), ensure_ascii=False))
    else:
        _show(heard, reply, timings)


def _milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def _understanding_time(dialogue: Dialogue, text: str, lang: Language) -> float:
    """Of a first and therefore slowest run: nothing is warmed up for the figure."""
    began = time.perf_counter()
    dialogue.knowledge.intent.understand(text, lang)
    return _milliseconds(began)


def _hear(wav: Path, knowledge: Knowledge, lang: Language, timings: Timings) -> str:
    """The words of a recording, through voice activity, endpoint and recogniser on virtual time."""
    from kiosk_app.config import RecognitionConfig, home_folder
    from kiosk_app.recognizers import open_recognizer
    from voice.activity import SileroActivity
    from voice.events import SpeechEnded, UtteranceHeard
    from voice.file_source import FileMicrophone
    from voice.hearing import hear_recording

    recognizer = open_recognizer(RecognitionConfig(), lang, knowledge, home_folder())
    source = FileMicrophone(wav)
    source.start()
    pieces: list[str] = []
    began = time.perf_counter()
    for event in hear_recording(source, SileroActivity(), recognizer):
        if isinstance(event, SpeechEnded):
            timings["endpoint"] = round((event.decided_at - event.at) * 1000, 2)
            began = time.perf_counter()
        elif isinstance(event, UtteranceHeard):
            timings["recognise"] = _milliseconds(began)
            pieces.append(event.text)
    return "".join(pieces) if lang == "zh" else " ".join(pieces)


def _first_audio(reply: Reply, timings: Timings) -> float | None:
    """From the end of speech to the first sound of the answer, as far as it can be known without a loudspeaker."""
    from voice.errors import VoiceError
    from voice.synthesizer import EspeakSynthesizer

    began = time.perf_counter()
    try:
        next(iter(EspeakSynthesizer().synthesize(reply.speech, reply.lang)), None)
    except VoiceError:
        return None
    stages = (timings["endpoint"], timings["recognise"], timings["reply"])
    return round(sum(stage or 0.0 for stage in stages) + _milliseconds(began), 2)


def _show(heard: str, reply: Reply, timings: Timings) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.panel import Panel
    from rich.table import Table

    from kiosk_app.redaction import redact

    console = Console()
    console.print(f"[dim]»[/dim] {escape(redact(heard)) or '[dim](nothing heard)[/dim]'}")
    console.print(
        Panel(reply.speech, title=reply.title or reply.act, title_align="left", border_style="blue")
    )
    table = Table(show_header=False, box=None, pad_edge=False)
    for card in reply.cards:
        table.add_row(f"[bold]{card.title}[/bold]", "\n".join(card.items))
    for choice in reply.choices:
        table.add_row("[bold]?[/bold]", choice.label)
    console.print(table)
    if reply.called:
        console.print("[bold]a member of staff is called at once[/bold]")
    figures = "  ".join(f"{name} {value} ms" for name, value in timings.items() if value is not None)
    console.print(f"[dim]{reply.matter or '–'} · {reply.facet} · {reply.confidence:.0%} · {figures}[/dim]")
