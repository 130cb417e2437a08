"""How soon an answer is heard, how fast it is made, and how much room all answers take.

``python -m tests.bench.speech_out`` measures the synthesiser and the way to the loudspeaker on private sound devices;
``--render gov`` renders everything that pack may say at all three rates, which takes minutes.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

from kiosk_app.demo.audio_server import AudioServer
from kiosk_app.dialogue.repertoire import repertoire
from kiosk_app.home import LANGUAGES
from kiosk_app.rates import RATES
from kiosk_app.runtime.prerender import Prerenderer, Rendered
from models.intent.run import IntentModel
from models.knowledge import Knowledge
from models.knowledge.assemble import assemble
from models.knowledge.resolve import shipped_packs
from models.knowledge.source import read_packs
from tests.voice.doubles import EventLog
from voice.cached_synthesizer import CachedSynthesizer
from voice.events import PlaybackFinished, PlaybackStarted
from voice.normalise import spoken_sentences
from voice.pinyin import Pinyin
from voice.player import Voice
from voice.ports import Speaker
from voice.speaker import PyAudioSpeaker
from voice.speaker_process import IsolatedSpeaker
from voice.speech_cache import SpeechCache
from voice.synthesizer import EspeakSynthesizer

ROOM = 2_000_000_000
TURNS = 40
LOUDSPEAKER = "kiosk_speaker"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(name: str, seconds: Iterable[float]) -> None:
    values = sorted(seconds)
    p95 = values[min(len(values) - 1, int(len(values) * 0.95))]
    say(
        f"{name:<58} p50 {statistics.median(values) * 1e3:6.1f}  p95 {p95 * 1e3:6.1f}"
        f"  max {values[-1] * 1e3:6.1f} ms  ({len(values)})"
    )


def content_of(pack: str) -> Knowledge:
    """A shipped pack without its model, which nobody asks here."""
    content = assemble(read_packs([shipped_packs()[pack]]))
    return Knowledge(content, cast("IntentModel", None), "", {})


def measure_synthesizer(texts: dict[str, Sequence[str]]) -> None:
    synthesizer = EspeakSynthesizer()
    synthesizer.prepare()
    for lang, given in texts.items():
        for rate in RATES:
            began, sound = time.perf_counter(), 0
            firsts: list[float] = []
            for text in given:
                asked = time.perf_counter()
                for number, pcm in enumerate(synthesizer.synthesize(text, lang, rate)):
                    if number == 0:
                        firsts.append(time.perf_counter() - asked)
                    sound += len(pcm)
            taken, length = time.perf_counter() - began, sound / 2 / synthesizer.sample_rate
            say(
                f"espeak-ng {lang} at {rate}: {length:.0f} s of speech in {taken:.2f} s, RTF {taken / length:.4f}"
            )
            report(f"espeak-ng {lang} at {rate}: text to first sentence", firsts)
    say(f"espeak-ng: largest process {espeak_memory_mb(texts['zh'][0]):.0f} MB")


def espeak_memory_mb(text: str) -> float:
    """The most memory of one process, read while it waits for somebody to take its sound."""
    words = Pinyin().spell(" ".join(spoken_sentences(text * 20, "zh")))
    program = ["espeak-ng", "-v", "cmn-latn-pinyin", "--stdin", "--stdout"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(words.encode())
        process.stdin.close()
        time.sleep(0.5)  # it fills the pipe and waits
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
        process.kill()
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak) / 1024


class Rig:
    """A voice on the private loudspeaker."""

    def __init__(self, cached: CachedSynthesizer, speaker: Speaker) -> None:
        self._log = EventLog()
        self._number = 0
        self.voice = Voice(cached, speaker, self._log)
        self.voice.start()

    def first_sample(self, text: str, lang: str, rate: float = 1.0) -> float:
        """Seconds from say() to the first sample at the loudspeaker; the rest is cut off."""
        self._number += 1
        asked = time.monotonic()
        self.voice.say(self._number, text, lang, rate)
        started = self._log.wait_for(PlaybackStarted)
        self.voice.hush()
        self._log.wait_for(PlaybackFinished)
        return started.at - asked

    def close(self) -> None:
        self.voice.stop()


def measure_say(known: Sequence[str], folder: Path) -> None:
    cached = CachedSynthesizer(EspeakSynthesizer(), SpeechCache(folder, ROOM))
    cached.prepare()
    for text in known:
        for part in cached.unrecorded(text, "zh"):
            cached.render(part, "zh", 1.0, cached.key(part, "zh", 1.0))
    plain = CachedSynthesizer(EspeakSynthesizer())
    for name, synthesizer in (("known", cached), ("unknown", plain)):
        speaker = IsolatedSpeaker(LOUDSPEAKER)
        rig = Rig(synthesizer, speaker)
        rig.voice.attend(True)
        speaker.start()  # whoever is here has been here for a while when the answer comes
        report(
            f"say() to first sample: {name} answer, somebody is here",
            [rig.first_sample(t, "zh") for t in known],
        )
        rig.close()
        own = PyAudioSpeaker(LOUDSPEAKER, idle_close_s=0.0)  # what its process does when nobody was here
        rig = Rig(synthesizer, own)
        taken = []
        for text in known[:15]:
            rig.first_sample(text, "zh")
            own.stop()
            gc.collect()
            taken.append(rig.first_sample(text, "zh"))
        report(f"say() to first sample: {name} answer, loudspeaker closed", taken)
        rig.close()
    say(f"known answers: {cached.hits} sentences known, {cached.misses} not")


def measure_parts(known: Sequence[str], folder: Path) -> None:
    cache = SpeechCache(folder, ROOM)
    synthesizer = EspeakSynthesizer()
    cached = CachedSynthesizer(synthesizer, cache)
    cached.prepare()
    sentences = [part for text in known for part in cached.unrecorded(text, "zh")[:1]]
    keys, reads = [], []
    for sentence in sentences:
        began = time.perf_counter()
        key = cached.key(sentence, "zh", 1.0)
        keys.append(time.perf_counter() - began)
        began = time.perf_counter()
        cache.get(key, synthesizer.sample_rate)
        reads.append(time.perf_counter() - began)
    report("first sentence: its key (reading, pinyin)", keys)
    report("first sentence: from disk to samples", reads)


def measure_rendering(pack: str, folder: Path) -> None:
    knowledge = content_of(pack)
    cache = SpeechCache(folder, ROOM)
    cached = CachedSynthesizer(EspeakSynthesizer(), cache)
    cached.prepare()
    for rates in (RATES[:1], RATES[:2], RATES):
        done: list[Rendered] = []
        prerenderer = Prerenderer(cached, done.append, rates)
        before = time.process_time() + children_s()
        prerenderer.furnish({lang: repertoire(knowledge, lang) for lang in LANGUAGES})
        while not done:
            time.sleep(0.2)
        prerenderer.stop()
        cpu = time.process_time() + children_s() - before
        say(
            f"{pack} at {', '.join(map(str, rates))}: {done[0].sentences} sentences, {done[0].bytes / 1e6:.1f} MB,"
            f" {done[0].seconds:.0f} s, {cpu:.0f} s of processor, complete: {done[0].complete}"
        )


def children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--render", metavar="PACK", help="render everything that a shipped pack may say")
    parser.add_argument("--say", action="store_true", help="only how soon an answer is heard")
    parser.add_argument("--keep", type=Path, help="where what is rendered stays")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        if given.render:
            measure_rendering(given.render, folder)
            return
        knowledge = content_of("gov")
        texts = {lang: [matter.answer[lang] for matter in knowledge.matters.values()] for lang in LANGUAGES}
        if not given.say:
            measure_synthesizer({lang: given_texts[:30] for lang, given_texts in texts.items()})
        known = texts["zh"][:TURNS]
        with AudioServer() as server:
            os.environ.update(server.environment)
            measure_say(known, folder)
        measure_parts(known, folder)


if __name__ == "__main__":
    main()
