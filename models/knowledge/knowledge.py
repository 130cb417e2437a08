"""What a kiosk knows, loaded from an artefact and ready to be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from models.errors import IntentError, KnowledgeError
from models.intent.files import ENCODER, NAMES, IntentFiles
from models.intent.run import IntentModel
from models.knowledge.artefact import RECORDINGS, read_artefact
from models.knowledge.content import (
    CONTENT,
    Content,
    Hall,
    Matter,
    Queue,
    Recording,
    SmallTalk,
    Term,
    TopicGroup,
)
from models.knowledge.phrases import CHOOSING_ZH, LEANING_ZH, STOPPING_ZH
from models.speech.errors import SpeechModelError
from models.speech.language import Language, source_of
from models.speech.language_files import WORDS, read_language


class Knowledge:
    """Matters, small talk, the hall and the intent model of one artefact. Never changes after loading."""

    def __init__(
        self,
        content: Content,
        intent: IntentModel,
        sha256: str,
        report: Mapping[str, Any],
        language: Language | None = None,
        sounds: bytes = b"",
    ) -> None:
        self.content = content
        self.intent = intent
        self.sha256 = sha256
        self.report = MappingProxyType(dict(report))
        self._language = language
        self._sounds = sounds
        self.matters: Mapping[str, Matter] = MappingProxyType(
            {matter.id: matter for matter in content.matters}
        )
        self.smalltalk: Mapping[str, SmallTalk] = MappingProxyType(
            {talk.id: talk for talk in content.smalltalk}
        )

    @property
    def id(self) -> str:
        """The pack it was built for; several are joined by `+`."""
        return self.content.id

    @property
    def version(self) -> str:
        """That pack's version."""
        return self.content.version

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that every text has."""
        return self.content.languages

    @property
    def titles(self) -> Mapping[str, str]:
        """Name of the place by language."""
        return self.content.titles

    @property
    def topics(self) -> tuple[TopicGroup, ...]:
        """Tiles of the home screen, in order."""
        return self.content.topics

    @property
    def frequent(self) -> tuple[str, ...]:
        """Ids of the matters asked most, in order."""
        return self.content.frequent

    @property
    def hall(self) -> Hall:
        """Windows, hours, address."""
        return self.content.hall

    def queue_of(self, matter: str) -> Queue | None:
        """The queue that a matter is called in: that of its first topic which has one."""
        topics = [topic.id for topic in self.topics if matter in topic.matters]
        queues = self.hall.queues
        return next((queue for topic in topics for queue in queues if topic in queue.topics), None)

    @property
    def lexicon(self) -> tuple[Term, ...]:
        """Words of the trade."""
        return self.content.lexicon

    def sentences(self, lang: str) -> tuple[str, ...]:
        """Every example question, small talk and slot's answer in a language, for the recogniser's graph."""
        sources = (*self.content.matters, *self.content.smalltalk)
        examples = (line for source in sources for line in source.examples.get(lang, ()))
        return (*examples, *dict.fromkeys(self._slot_words(lang)))

    def utterances(self) -> tuple[str, ...]:
        """What a Chinese recogniser has to know: the sentences, the words of the trade, and the dialogue's own."""
        words = (word for term in self.lexicon for word in (term.term, *term.synonyms))
        return (*self.sentences("zh"), *CHOOSING_ZH, *LEANING_ZH, *STOPPING_ZH, *words)

    @property
    def terms(self) -> tuple[str, ...]:
        """Words that a recogniser must not cut."""
        return tuple(term.term for term in self.lexicon)

    @property
    def language(self) -> Language | None:
        """Words and grammar of :meth:`utterances` as the artefact carries them; None where it has none.

        None as well when it was made by a program that makes them differently: then it has to be made again.
        """
        carried = self._language
        if carried is None or carried.source != source_of(self.utterances(), self.terms):
            return None
        return carried

    def recordings(self) -> Iterator[tuple[Recording, bytes]]:
        """Recorded speech: the words, and the FLAC file that says them."""
        for place in self.content.recordings:
            yield place, self._sounds[place.start : place.start + place.size]

    def _slot_words(self, lang: str) -> Iterator[str]:
        for matter in self.content.matters:
            for slot in matter.slots:
                for option in slot.options:
                    yield from (
                        *([option.title[lang]] if lang in option.title else []),
                        *option.says.get(lang, ()),
                    )

    def check(self) -> tuple[str, ...]:
        """The health check: each matter's first example of each language has to come out right.

        Returns the complaints; none is good.
        """
        return tuple(self._complaints())

    def _complaints(self) -> Iterator[str]:
        for matter in self.content.matters:
            for language in self.languages:
                for example in matter.examples.get(language, ())[:1]:
                    understood = self.intent.understand(example, language)
                    found = understood.candidates[0].label if understood.candidates else "nothing"
                    if found != matter.id:
                        yield f"{matter.id} ({language}): its first example is understood as {found}"


def load_knowledge(path: Path) -> Knowledge:
    """Load an artefact; raises KnowledgeError when it is missing, of another format or damaged in any way."""
    artefact = read_artefact(path)
    members = artefact.members
    try:
        content = CONTENT.validate_json(members["content.json"])
        report = json.loads(members["report.json"])
        intent = IntentModel(IntentFiles(*(members[name] for name in NAMES), encoder=members.get(ENCODER)))
        language = read_language(members) if WORDS in members else None
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        raise _damaged(path, f"content.json is wrong at `{where}`: {detail['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "report.json is no JSON") from error
    except (IntentError, SpeechModelError) as error:
        raise _damaged(path, error.message) from error
    if not isinstance(report, dict):
        raise _damaged(path, "report.json is no JSON object")
    sounds = members.get(RECORDINGS, b"")
    contradiction = next(content.contradictions(), None)
    if any(place.start < 0 or place.start + place.size > len(sounds) for place in content.recordings):
        contradiction = "a recording stands outside of what was recorded"
    labels = {matter.id for matter in content.matters} | {talk.id for talk in content.smalltalk}
    if contradiction is None and not set(intent.labels) <= labels:
        contradiction = (
            f"the intent model speaks of `{min(set(intent.labels) - labels)}`, the content does not"
        )
    if contradiction:
        raise _damaged(path, contradiction)
    return Knowledge(content, intent, artefact.sha256, report, language, sounds)


def _damaged(path: Path, why: str) -> KnowledgeError:
    return KnowledgeError("damaged", f"{path} is no sound knowledge artefact: {why}")
