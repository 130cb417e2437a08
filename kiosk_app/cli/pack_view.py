"""How ``kiosk pack`` draws packs, matters and changes in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk_app.reply import Language
    from models.knowledge.compare import Change
    from models.knowledge.content import Content, Matter, SlotOption
    from models.knowledge.guide import FileKind, KeyEntry


def print_list(content: Content, lang: str) -> None:
    """All matters of a pack, a line each."""
    from rich.console import Console
    from rich.table import Table

    names = ", ".join(f"{pack.id} {pack.version}" for pack in content.packs)
    table = Table(title=f"{content.titles.get(lang, content.id)} ({names})", title_justify="left")
    for column in ("matter", "title", "examples", "facets"):
        table.add_column(column, no_wrap=column in ("matter", "examples"))
    for matter in content.matters:
        count = "/".join(str(len(matter.examples.get(language, ()))) for language in content.languages)
        table.add_row(matter.id, matter.title.get(lang, ""), count, " ".join(matter.facets))
    Console().print(table)


def print_card(matter: Matter, lang: Language) -> None:
    """A matter as the screen has it: the spoken answer, the cards in their order, the note; then what is behind it."""
    from rich.console import Console, Group
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.text import Text

    from kiosk_app.dialogue.render import CARD_TITLES
    from kiosk_app.i18n import translator

    say = translator(lang)
    parts: list[Any] = [Text(matter.answer.get(lang, ""), style="bold"), Text()]
    for name, heading in CARD_TITLES.items():
        value = matter.facet(name, lang)
        if not value:
            continue
        parts.append(Text(say(heading), style="cyan"))
        lines = [value] if isinstance(value, str) else [f"{n}. {line}" for n, line in enumerate(value, 1)]
        parts.extend(Padding(Text(line), (0, 0, 0, 2)) for line in lines)
    for slot in matter.slots:
        depends = f" ({', '.join(slot.asked_for)})" if slot.asked_for else ""
        parts.append(Text(f"asks{depends}", style="cyan"))
        parts.append(Padding(Text(slot.question.get(lang, "")), (0, 0, 0, 2)))
        parts.extend(Padding(Text(_option_line(option, lang)), (0, 0, 0, 4)) for option in slot.options)
    if matter.calls_staff:
        parts += [Text("calls a member of staff at once", style="cyan")]
    if matter.next:
        parts += [Text("offers next", style="cyan"), Padding(Text(matter.next), (0, 0, 0, 2))]
    if matter.varies:
        parts += [Text(), Text(matter.varies.get(lang, ""), style="yellow")]
    days = " – ".join(str(day or "…") for day in (matter.valid_from, matter.valid_until))
    parts += [Text(), Text(f"{matter.source}  ({days})", style="dim")]
    title = Text(f"{matter.title.get(lang, '')}  {matter.id}")
    Console().print(Panel(Group(*parts), title=title, title_align="left", width=76))


def _option_line(option: SlotOption, lang: str) -> str:
    """A slot's option in one line: its words, and what it changes."""
    changed = [*(["answer"] if option.answer else []), *option.facets]
    leads = f"  → {option.matter}" if option.matter else f"  (own {', '.join(changed)})" if changed else ""
    words = [option.title.get(lang, ""), *option.says.get(lang, ())]
    return f"{' / '.join(words)}{leads}"


def print_changes(changes: Sequence[Change]) -> None:
    """What changed, matter by matter: how many lines came and went, and which."""
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    current = ""
    for change in changes:
        if change.matter != current:
            current = change.matter
            console.print(Text(f"{change.matter}  {change.title}".rstrip(), style="bold"))
        gone, come = _lines(change.before), _lines(change.after)
        console.print(Text(f"  {_said(change.what)}{_counts(gone, come) if change.listed else ''}"))
        for sign, style, lines in (("-", "red", gone), ("+", "green", come)):
            for line in lines:
                console.print(Text(f"    {sign} {line}", style=style))
    console.print(_summary(changes))


def _said(what: str) -> str:
    """A part of a matter as people say it: `facets.time_limit.zh` is "time limit (Chinese)"."""
    path = what.removeprefix("facets.").split(".")
    language = {"zh": " (Chinese)", "en": " (English)"}.get(path[-1], "") if len(path) > 1 else ""
    words = path[:-1] if language else path
    return f"{' → '.join(word.replace('_', ' ') for word in words)}{language}"


def _lines(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _counts(gone: Sequence[str], come: Sequence[str]) -> str:
    if sorted(gone) == sorted(come):
        return ": another order"
    told = [f"{len(lines)} {what}" for lines, what in ((come, "added"), (gone, "removed")) if lines]
    return f": {', '.join(told)}"


def _summary(changes: Sequence[Change]) -> str:
    if not changes:
        return "no differences"
    kinds = {change.matter: change.what for change in changes if change.what in ("added", "removed")}
    counted = [
        (sum(kind == "added" for kind in kinds.values()), "added"),
        (sum(kind == "removed" for kind in kinds.values()), "removed"),
        (len({change.matter for change in changes} - kinds.keys()), "changed"),
    ]
    return ", ".join(f"{count} {what}" for count, what in counted if count)


def print_schema(kind: FileKind, entries: Sequence[KeyEntry]) -> None:
    """Every key of one kind of file, with what it means and an example."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print(Text(f"{kind.file}", style="bold"), Text(f"  {kind.zh}\n  {kind.en}\n"), sep="\n")
    for entry in entries:
        head = Text.assemble(
            (entry.key, "cyan"), (f"  {entry.kind}", "dim"), "  required" if entry.required else ""
        )
        console.print(head)
        console.print(Text(f"    {entry.zh}\n    {entry.en}"))
        if entry.example:
            console.print(Text(f"    {entry.example}", style="green"))
    console.print()
