"""Everything that can be wrong with packs, each with its file, its line and what to do.

From a shell: `python -m models.knowledge.validate DIR...`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.knowledge.catalogue import LOCAL, catalogue
from models.knowledge.document import Document, Location
from models.knowledge.explain import dotted, suggest
from models.knowledge.hall_checks import check_hall
from models.knowledge.leads import check_leads, check_slots, facets_in_every_case, repeated
from models.knowledge.near_copies import between_matters, within_matters
from models.knowledge.plain import plain_form
from models.knowledge.problems import Problem
from models.knowledge.queues import check_queues
from models.knowledge.recordings import check_recordings
from models.knowledge.schema import (
    COMMANDS,
    WINDOW_FACETS,
    Language,
    LocalText,
    MatterFile,
    PackFile,
    SmallTalkFile,
)
from models.knowledge.source import DRAFTS, PackSource, Part, read_packs
from models.knowledge.window_keys import check_windows, unnamed

MIN_EXAMPLES: dict[Language, int] = {"zh": 12, "en": 6}
MAX_ANSWER: dict[Language, int] = {"zh": 60, "en": 240}


def validate_packs(pack_dirs: Sequence[Path]) -> list[Problem]:
    """All problems of these packs and of the packs they require, file by file."""
    return check_sources(read_packs(pack_dirs, (SHIPPED,)))


def examine_packs(pack_dirs: Sequence[Path]) -> tuple[list[Problem], list[Problem]]:
    """The problems of these packs and of those they require; when there are none, notes on what could be better."""
    sources = read_packs(pack_dirs, (SHIPPED,))
    problems = check_sources(sources)
    return problems, [] if problems else notes_on(sources)


def notes_on(sources: Sequence[PackSource]) -> list[Problem]:
    """What could be better and stops nothing: near-copies under one matter, windows without their key, drafts."""
    notes = [*within_matters(phrases(sources)), *unnamed(sources)]
    for source in sources:
        waiting = sorted((source.folder / DRAFTS).glob("*.yaml"))
        if waiting:
            told = f"{len(waiting)} drafts wait here; kiosk pack approve makes them part of the pack"
            notes.append(Problem(str(source.folder / DRAFTS), 1, told))
    return notes


SHIPPED = Path(__file__).parent.parent / "packs"
"""The folder of the packs that come with Yingbin."""


def check_sources(sources: Sequence[PackSource]) -> list[Problem]:
    """All problems of packs that were read together."""
    _check_ids(sources)
    _check_phrases(sources)
    # A file that cannot be read yet counts as the matter that it is named after: one mistake, one problem.
    known = {
        part.content.id if part.content else Path(part.document.file).stem
        for source in sources
        for part in source.matters
    }
    check_leads(sources, known)
    check_windows(sources)
    for source in sources:
        _check_pack(source, known)
        languages = source.pack.content.languages if source.pack.content else []
        for part in source.matters:
            if part.content:
                _check_matter(part.document, part.content, languages)
        if source.smalltalk and source.smalltalk.content:
            _check_smalltalk(source.smalltalk.document, source.smalltalk.content, languages)
        check_recordings(source)
        check_queues(source)
        if source.hall and source.hall.content:
            check_hall(source.hall.document, source.hall.content)
        for part in (source.hall, source.lexicon):
            if part and part.content:
                _check_languages(part.document, part.content.model_dump(by_alias=True), languages)
    if not any(source.smalltalk for source in sources):
        first = sources[0].pack.document if sources else None
        if first and not first.problems:
            first.complain(
                (), "no smalltalk.yaml here or in a required pack: add one, its `outside` list is needed"
            )
    problems = [p for s in sources for p in (*s.problems, *(p for d in s.documents() for p in d.problems))]
    order = {str(source.folder): number for number, source in enumerate(sources)}
    folder = {p.file: next((n for f, n in order.items() if p.file.startswith(f)), 0) for p in problems}
    return sorted(set(problems), key=lambda p: (folder[p.file], p.file, p.line, p.message))


def _check_ids(sources: Sequence[PackSource]) -> None:
    seen: dict[str, str] = {}
    packs: dict[str, str] = {}
    for source in sources:
        content, document = source.pack.content, source.pack.document
        if content and packs.setdefault(content.id, document.file) != document.file:
            document.complain(("id",), f"the pack `{content.id}` is given twice, also by {packs[content.id]}")
        for part in source.matters:
            _check_one_id(part, seen)
        if source.smalltalk and source.smalltalk.content:
            _check_talk_ids(source.smalltalk.document, source.smalltalk.content, seen)


def _check_talk_ids(document: Document, talk: SmallTalkFile, seen: dict[str, str]) -> None:
    for number, entry in enumerate(talk.entries):
        here: Location = ("entries", number, "id")
        if entry.id in seen:
            document.complain(here, f"the id `{entry.id}` is used twice, also by {seen[entry.id]}")
        seen[entry.id] = f"{document.file}:{document.line(here)}"


def _check_one_id(part: Part[MatterFile], seen: dict[str, str]) -> None:
    if not part.content:
        return
    id_, document = part.content.id, part.document
    if id_ in seen:
        document.complain(("id",), f"the id `{id_}` is used twice, also by {seen[id_]}")
    seen[id_] = document.file
    if id_ not in catalogue() and not id_.startswith(LOCAL):
        near = suggest(id_, catalogue()) or f"; a matter of your own has an id that begins with `{LOCAL}`"
        document.complain(("id",), f"`{id_}` is not in the catalogue of matters{near}")
    elif Path(document.file).name != f"{id_}.yaml":
        document.complain(("id",), f"the file of `{id_}` has to be called {id_}.yaml")


def _check_pack(source: PackSource, known: set[str]) -> None:
    content, document = source.pack.content, source.pack.document
    if content is None:
        return
    if source.folder.resolve().name != content.id:
        document.complain(("id",), f"the folder of the pack `{content.id}` has to be called {content.id}")
    if not source.matters:
        document.complain((), "the pack has no matters: add files matters/<id>.yaml")
    _check_languages(document, content.model_dump(), content.languages)
    for location, id_ in _mentions(content):
        if id_ not in known:
            near = suggest(id_, known)
            document.complain(location, f"`{dotted(location)}` names `{id_}`, which no pack here has{near}")
    for location, id_ in repeated(
        [(("topics", n, "id"), topic.id) for n, topic in enumerate(content.topics)]
    ):
        document.complain(location, f"the topic `{id_}` stands here twice")
    for location, id_ in repeated([(("frequent", n), id_) for n, id_ in enumerate(content.frequent)]):
        document.complain(location, f"`{id_}` stands here twice")


def _mentions(content: PackFile) -> Iterator[tuple[Location, str]]:
    for number, topic in enumerate(content.topics):
        for place, id_ in enumerate(topic.matters):
            yield ("topics", number, "matters", place), id_
    for place, id_ in enumerate(content.frequent):
        yield ("frequent", place), id_


def _check_matter(document: Document, matter: MatterFile, languages: Sequence[Language]) -> None:
    dumped = matter.model_dump(by_alias=True)
    _check_languages(document, dumped, languages)
    check_slots(document, matter)
    for language in languages:
        count = len(matter.examples.get(language, ()))
        if 0 < count < MIN_EXAMPLES[language]:
            document.complain(
                ("examples", language),
                f"`examples.{language}` has {count} questions: write at least {MIN_EXAMPLES[language]}",
            )
    for location, answer in _answers(matter):
        for language in languages:
            length = len(answer.get(language, ""))
            if length > MAX_ANSWER[language]:
                here = (*location, language)
                document.complain(
                    here,
                    f"`{dotted(here)}` has {length} characters, over {MAX_ANSWER[language]}: shorten what is "
                    "spoken, the rest belongs into the facets",
                )
    at_window = matter.at_window if matter.at_window is not None else not matter.id.startswith("hall.")
    told = facets_in_every_case(matter)
    missing = [name for name in WINDOW_FACETS if name not in told] if at_window else []
    for name in missing:
        document.complain(("facets",), f"`facets.{name}` is missing: add it (or say `at_window: false`)")
    if matter.valid and matter.valid.start and matter.valid.until and matter.valid.until < matter.valid.start:
        document.complain(("valid", "until"), "`valid.until` lies before `valid.from`")


def _answers(matter: MatterFile) -> Iterator[tuple[Location, LocalText]]:
    """Everything of a matter that is spoken as it stands."""
    yield ("answer",), matter.answer
    for number, slot in enumerate(matter.slots):
        for place, option in enumerate(slot.options):
            if option.answer:
                yield ("slots", number, "options", place, "answer"), option.answer


def _check_smalltalk(document: Document, talk: SmallTalkFile, languages: Sequence[Language]) -> None:
    _check_languages(document, talk.model_dump(), languages)
    for number, entry in enumerate(talk.entries):
        here: Location = ("entries", number)
        if entry.act == "command" and entry.id not in {f"command.{name}" for name in COMMANDS}:
            known = [f"command.{name}" for name in COMMANDS]
            document.complain((*here, "id"), f"unknown command `{entry.id}`; there are: {', '.join(known)}")
        if entry.act in ("smalltalk", "goodbye") and entry.reply is None:
            document.complain(here, f"`{entry.id}` has no `reply`: write what the kiosk says")


def _check_languages(
    document: Document, value: object, languages: Sequence[Language], at: Location = ()
) -> None:
    """Every text has all the languages of its pack, and none of its lists is empty."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check_languages(document, item, languages, (*at, number))
        return
    if not isinstance(value, dict):
        return
    if value.keys() <= {"zh", "en"} and (value or at[-1:] == ("examples",)):
        for language in languages:
            if not value.get(language):
                document.complain(
                    (*at, language),
                    f"`{dotted(at)}` has nothing in the language `{language}`: add `{language}:`",
                )
        return
    for key, item in value.items():
        _check_languages(document, item, languages, (*at, key))


def _check_phrases(sources: Sequence[PackSource]) -> None:
    """The same sentence cannot mean two things."""
    owners: dict[str, tuple[str, str]] = {}
    for document, owner, location, phrase in phrases(sources):
        here = f"{document.file}:{document.line(location)}"
        key = plain_form(phrase)
        if not key:
            document.complain(location, f"“{phrase}” has no words: write a question")
            continue
        known = owners.setdefault(key, (owner, here))
        if known[1] == here and known[0] == owner:
            continue
        if known[0] == owner:
            document.complain(
                location, f"“{phrase}” stands twice under `{owner}`: delete one (also {known[1]})"
            )
        else:
            document.complain(
                location, f"“{phrase}” also stands under `{known[0]}` ({known[1]}): keep one of them"
            )
    for document, location, message in between_matters(phrases(sources)):
        document.complain(location, message)


def phrases(sources: Sequence[PackSource]) -> Iterator[tuple[Document, str, Location, str]]:
    for source in sources:
        for part in source.matters:
            if part.content is None:
                continue
            for language, lines in part.content.examples.items():
                for number, line in enumerate(lines):
                    yield part.document, part.content.id, ("examples", language, number), line
        talk = source.smalltalk
        if talk is None or talk.content is None:
            continue
        for place, entry in enumerate(talk.content.entries):
            for language, lines in entry.examples.items():
                for number, line in enumerate(lines):
                    yield talk.document, entry.id, ("entries", place, "examples", language, number), line
        for language, lines in talk.content.outside.items():
            for number, line in enumerate(lines):
                yield talk.document, "outside", ("outside", language, number), line


def main(arguments: Sequence[str]) -> int:
    """Print the problems of the given pack folders; 0 when there are none."""
    problems = validate_packs([Path(argument) for argument in arguments])
    sys.stdout.write("".join(f"{problem}\n" for problem in problems) or "no problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
