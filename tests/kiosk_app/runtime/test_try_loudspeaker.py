"""The technician's sentence on its way to the loudspeaker: real voice, real synthesiser, the volume of the site."""

from __future__ import annotations

import shutil
import threading
from types import SimpleNamespace

import pytest

from kiosk_app.config import KioskConfig
from kiosk_app.runtime.speaking import Speaking
from kiosk_app.runtime.steward import Steward
from kiosk_app.session import TryLoudspeaker
from tests.voice.doubles import VirtualSpeaker
from voice.events import PlaybackFinished
from voice.player import Voice
from voice.synthesizer import EspeakSynthesizer


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sentence_is_said_at_the_sites_volume(lang: str) -> None:
    speaker, over = VirtualSpeaker(immediate=True), threading.Event()
    voice = Voice(
        EspeakSynthesizer(),
        speaker,
        lambda event: over.set() if isinstance(event, PlaybackFinished) else None,
    )
    voice.start()
    household = SimpleNamespace(voice=voice, speaking=Speaking(KioskConfig()))
    Steward(household).carry_out(TryLoudspeaker(7, lang, 0.3))  # type: ignore[arg-type]
    assert over.wait(20)
    voice.stop()
    assert speaker.volume == pytest.approx(0.3)
    assert len(b"".join(speaker.played)) > 22_050
