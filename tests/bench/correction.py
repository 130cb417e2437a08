"""What correction repairs and what it damages: ``python -m tests.bench.correction --venue gov --data ../shared/data``.

The pack's own sentences, with words of them replaced by characters that sound the same or nearly the same, at the low
confidence that such words get; and sentences about something else (CrossWOZ), all of them heard uncertainly.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from kiosk_app.config import home_folder
from kiosk_app.wording.correction import CERTAIN, corrections
from kiosk_app.wording.vocabulary import Vocabulary, vocabulary_of
from models.intent.syllables import homophones, pypinyin_table
from models.knowledge import Knowledge, load_knowledge, resolve_knowledge
from models.speech.words import Segmenter
from voice.ports import Word

SEED = 20261121
_NEAR = (
    ("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("h", "f"), ("r", "l"), ("z", "zh"), ("c", "ch"), ("s", "sh"),
    ("l", "n"), ("f", "h"),
)  # fmt: skip
_ENDINGS = (("ing", "in"), ("eng", "en"), ("ang", "an"), ("in", "ing"), ("en", "eng"), ("an", "ang"))


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence as it was said, as it is heard, and which of its words was misheard."""

    said: str
    words: tuple[Word, ...]
    wrong: frozenset[int]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venue", default="gov")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sentences", type=int, default=2000)
    given = parser.parse_args()
    knowledge = load_knowledge(resolve_knowledge(None, given.venue, home_folder() / "packs"))
    chance = random.Random(SEED)
    sentences = sorted(set(knowledge.sentences("zh")))
    chosen = chance.sample(sentences, min(given.sentences, len(sentences)))
    vocabulary = vocabulary_of(knowledge, without=frozenset(chosen))
    cut, everyday = Segmenter(word.text for word in vocabulary.words), Segmenter()
    print(f"{given.venue}: {len(vocabulary.words)} words, {len(chosen)} of {len(sentences)} sentences")  # noqa: T201
    for name, near in (("same sound", False), ("confused sound", True)):
        for of_hall in (True, False):
            cases = [
                c
                for s in chosen
                if (c := _misheard(s, cut, everyday, vocabulary, chance, near=near, of_hall=of_hall))
            ]
            _report(f"{name}, {'a word of the hall' if of_hall else 'another word'}", cases, vocabulary)
    doubtful = [_doubtful(sentence, everyday, chance) for sentence in chosen]
    _report("rightly heard, every word uncertain", doubtful, vocabulary)
    path = given.data / "nlu" / "crosswoz" / "data.tsv"
    if path.is_file():
        outside = [_doubtful(text, everyday, chance) for text in _outside(path, chance, given.sentences)]
        _report("about something else, every word uncertain", outside, vocabulary)
        _taken_for_ours(outside, vocabulary, knowledge)
    else:
        print(f"no {path}: sentences about something else are left out")  # noqa: T201


def _misheard(
    sentence: str,
    cut: Segmenter,
    everyday: Segmenter,
    vocabulary: Vocabulary,
    chance: random.Random,
    *,
    near: bool,
    of_hall: bool,
) -> Case | None:
    """One word of a sentence replaced by what sounds like it; a third of the other words uncertain too."""
    words = [word for word in cut.cut(sentence) if word.strip()]
    fitting = [n for n, word in enumerate(words) if len(word) > 1 and vocabulary.holds(word) is of_hall]
    chance.shuffle(fitting)
    for place in fitting:
        wrong = _sounding_alike(words[place], chance, near=near)
        if wrong is not None:
            heard = [*words[:place], wrong, *words[place + 1 :]]
            sure = [
                chance.uniform(0.2, 0.7) if n == place else _mostly_sure(chance) for n in range(len(words))
            ]
            return Case(sentence, _recut(heard, sure, everyday), frozenset({place}))
    return None


def _recut(words: Sequence[str], confidences: Sequence[float], cut: Segmenter) -> tuple[Word, ...]:
    """The words that a recogniser makes of it: it knows real ones only. Each is as sure as its least sure sign."""
    sure = [confidence for word, confidence in zip(words, confidences, strict=True) for _ in word]
    heard = cut.cut("".join(words))
    starts = list(accumulate(map(len, heard), initial=0))
    return _words(
        heard, [min(sure[start : start + len(word)]) for start, word in zip(starts, heard, strict=False)]
    )


def _doubtful(sentence: str, cut: Segmenter, chance: random.Random) -> Case:
    words = [word for word in cut.cut(sentence) if word.strip()]
    return Case(sentence, _words(words, [chance.uniform(0.2, CERTAIN) for _ in words]), frozenset())


def _mostly_sure(chance: random.Random) -> float:
    return chance.uniform(0.4, CERTAIN) if chance.random() < 1 / 3 else chance.uniform(CERTAIN, 1.0)


def _sounding_alike(word: str, chance: random.Random, *, near: bool) -> str | None:
    """A word with one or two of its characters replaced; None when none of them has another one of its sound."""
    characters = list(word)
    places = [n for n in range(len(word)) if _others(word[n], near=near)]
    if not places:
        return None
    for place in chance.sample(places, min(len(places), chance.choice((1, 1, 2)))):
        characters[place] = chance.choice(_others(word[place], near=near))
    return "".join(characters)


def _others(character: str, *, near: bool) -> str:
    reading = pypinyin_table().readings.get(character, "")
    sounds = _confused_with(reading) if near else [reading]
    return "".join(homophones().get(sound, "") for sound in sounds).replace(character, "")


def _confused_with(reading: str) -> list[str]:
    begun = [other + reading[len(start) :] for start, other in _NEAR if reading.startswith(start)]
    ended = [reading[: -len(end)] + other for end, other in _ENDINGS if reading.endswith(end)]
    return [sound for sound in (*begun, *ended) if sound in homophones()]


def _words(texts: Sequence[str], confidences: Sequence[float]) -> tuple[Word, ...]:
    ends = list(accumulate(0.2 * len(text) for text in texts))
    return tuple(
        Word(text, end - 0.2 * len(text), end, confidence)
        for text, end, confidence in zip(texts, ends, confidences, strict=True)
    )


def _outside(path: Path, chance: random.Random, count: int) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    spoken = ["".join(c for c in text if "\u4e00" <= c <= "\u9fff") for text in texts]
    yield from chance.sample([text for text in spoken if 4 <= len(text) <= 30], count)


def corrected(case: Case, vocabulary: Vocabulary) -> str:
    """The sentence after correction."""
    text = "".join(word.text for word in case.words)
    for one in reversed(corrections(case.words, vocabulary)):
        text = text[: one.start] + one.meant + text[one.end :]
    return text


def _report(name: str, cases: Sequence[Case], vocabulary: Vocabulary) -> None:
    milliseconds: list[float] = []
    repaired = damaged = changed = 0
    examples: list[str] = []
    for case in cases:
        heard = "".join(word.text for word in case.words)
        began = time.thread_time()
        text = corrected(case, vocabulary)
        milliseconds.append((time.thread_time() - began) * 1000)
        repaired += bool(case.wrong) and text == case.said
        changed += text != heard
        if text not in (heard, case.said):
            damaged += 1
            examples.append(f"{case.said} | {heard} → {text}")
    milliseconds.sort()
    print(  # noqa: T201
        f"{name}: {len(cases)} sentences, repaired {repaired / len(cases):.1%}, changed {changed / len(cases):.1%}, "
        f"wrongly {damaged / len(cases):.1%}; p50 {statistics.median(milliseconds):.2f} ms, "
        f"p99 {milliseconds[int(0.99 * len(milliseconds))]:.2f} ms"
    )
    for example in examples[:8]:
        print(f"    {example}")  # noqa: T201


def _taken_for_ours(cases: Sequence[Case], vocabulary: Vocabulary, knowledge: Knowledge) -> None:
    """How many sentences about something else are answered before and after their correction."""
    changed = [(case.said, text) for case in cases if (text := corrected(case, vocabulary)) != case.said]
    before = sum(knowledge.intent.understand(said).known for said, _ in changed)
    after = sum(knowledge.intent.understand(text).known for _, text in changed)
    print(f"    of the {len(changed)} changed ones known before {before}, after {after}")  # noqa: T201


if __name__ == "__main__":
    main()
