"""Building an artefact: validate, train, evaluate, refuse what is not good enough, write in one step.

Needs the packages of `[train]`.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import IntentError, KnowledgeError
from models.intent.facets import asked_facet, facet_questions
from models.intent.report import Evaluation
from models.intent.run import IntentModel
from models.intent.train import SEED, Sentence, Trained, train
from models.knowledge.artefact import RECORDINGS, write_artefact
from models.knowledge.assemble import assemble
from models.knowledge.content import CONTENT, Content
from models.knowledge.knowledge import Knowledge
from models.knowledge.recordings import pack_recordings
from models.knowledge.schema import Gates
from models.knowledge.source import PackSource, read_packs
from models.knowledge.validate import SHIPPED, check_sources
from models.speech.errors import SpeechModelError
from models.speech.language import language_of
from models.speech.language_files import write_language

OUTSIDE = "outside"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: the artefact's file, its size in bytes and SHA-256, how many bytes of it
    (unpacked) are for the recogniser, and the figures it was let through with."""

    path: Path
    id: str
    version: str
    packs: tuple[str, ...]
    matters: int
    size: int
    sha256: str
    speech: int
    evaluation: Evaluation


def build_knowledge(pack_dirs: Sequence[Path], out: Path, progress: Progress | None = None) -> BuildReport:
    """Build one artefact from pack folders and the packs they require.

    Raises KnowledgeError: `invalid` (with problems), `packages_missing`, `below_gates`, `cannot_write`.
    """
    tell = progress or (lambda _what, _share: None)
    tell("validating", 0.0)
    sources = read_packs(pack_dirs, (SHIPPED,))
    problems = check_sources(sources)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise KnowledgeError("invalid", f"{problems[0]}{more}", problems)
    content = assemble(sources)
    trained = _train(content, lambda what, share: tell(what, 0.05 + 0.9 * share))
    _hold_gates(content, trained.evaluation, _gates(sources))
    report = {"evaluation": dataclasses.asdict(trained.evaluation), "gates": _gates(sources).model_dump()}
    knowledge = Knowledge(content, IntentModel(trained.files), "", report)
    _hold_health(knowledge)
    tell("grammar", 0.96)
    speech = speech_files(knowledge)
    tell("writing", 0.98)
    places, sounds = pack_recordings(sources)
    content = dataclasses.replace(content, recordings=places)
    members: dict[str, bytes] = trained.files.members() | speech | ({RECORDINGS: sounds} if sounds else {})
    members["content.json"] = CONTENT.dump_json(content)
    members["report.json"] = json.dumps(report, ensure_ascii=False, indent=1).encode()
    sha256 = write_artefact(out, content.id, content.version, content.packs, members)
    tell("done", 1.0)
    return BuildReport(
        path=out,
        id=content.id,
        version=content.version,
        packs=tuple(pack.id for pack in content.packs),
        matters=len(content.matters),
        size=out.stat().st_size,
        sha256=sha256,
        speech=sum(map(len, speech.values())),
        evaluation=trained.evaluation,
    )


def speech_files(knowledge: Knowledge) -> dict[str, bytes]:
    """What a recogniser has to know, as members of the artefact; none for a pack without Chinese sentences."""
    try:
        return write_language(language_of(knowledge.utterances(), knowledge.terms))
    except SpeechModelError as error:
        if error.code not in ("no_sentences", "not_chinese"):
            raise
        return {}


def training_sentences(content: Content, seed: int = SEED) -> Iterator[Sentence]:
    """Everything the intent model learns from, the made-up questions about every matter's facets included."""
    chance = random.Random(seed)  # noqa: S311 - reproducible choices, no secret
    for matter in content.matters:
        for language in content.languages:
            for example in matter.examples.get(language, ()):
                yield Sentence(example, matter.id, asked_facet(example))
            for title in _titles(content, matter.title[language]):
                for question, facet in facet_questions(title, language, chance):
                    yield Sentence(question, matter.id, facet, judged=False, said=False)
            yield Sentence(matter.answer[language], matter.id, judged=False, said=False)
    for talk in content.smalltalk:
        for lines in talk.examples.values():
            for example in lines:
                yield Sentence(example, talk.id, judged=False)
    for lines in content.outside.values():
        for line in lines:
            yield Sentence(line, OUTSIDE)


def _titles(content: Content, title: str) -> Iterator[str]:
    """A title, and the same with the other words that people have for the thing."""
    yield title
    for term in content.lexicon:
        if term.term in title:
            for synonym in term.synonyms:
                yield title.replace(term.term, synonym)


def _train(content: Content, progress: Progress) -> Trained:
    try:
        return train(list(training_sentences(content)), outside=OUTSIDE, progress=progress)
    except IntentError as error:
        code = "packages_missing" if error.code == "training_packages_missing" else error.code
        raise KnowledgeError(code, error.message) from error


def _gates(sources: Sequence[PackSource]) -> Gates:
    """The strictest of the packs' gates."""
    gates = [source.pack.content.gates for source in sources if source.pack.content]
    return Gates(accuracy=max(gate.accuracy for gate in gates), wrong=min(gate.wrong for gate in gates))


def _hold_gates(content: Content, evaluation: Evaluation, gates: Gates) -> None:
    if evaluation.accuracy >= gates.accuracy and evaluation.wrong <= gates.wrong:
        return
    worst = ", ".join(
        f"{meant} taken for {found} ({times}x)" for meant, found, times in evaluation.confused[:5]
    )
    raise KnowledgeError(
        "below_gates",
        f"{content.id} {content.version} is not good enough: accuracy {evaluation.accuracy:.3f} (gate "
        f"{gates.accuracy:.3f}), answered wrongly {evaluation.wrong:.3f} (gate {gates.wrong:.3f}). "
        f"Write clearer examples for: {worst}",
    )


def _hold_health(knowledge: Knowledge) -> None:
    complaints = knowledge.check()
    if complaints:
        raise KnowledgeError(
            "unhealthy",
            f"{len(complaints)} matters do not even understand their own first example: {'; '.join(complaints[:3])}. "
            "Put the clearest example first, and keep examples of different matters apart",
        )
