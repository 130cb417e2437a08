"""Playing a sound and listening to it: how well the microphone is kept from hearing the loudspeaker."""

from __future__ import annotations

import threading
import time

import numpy as np
import numpy.typing as npt
import soxr

from hardware.doctor import Finding
from kiosk_app.config import KioskConfig
from kiosk_app.duplex import REQUIRED_LOSS_DB, keep, suffices
from voice.echo import LEAD_S, TAIL_S, EchoFigures, chime, measure_echo
from voice.errors import SpeakerError, VoiceError
from voice.ports import SAMPLE_RATE, AudioChunk, Microphone, PlaybackEnd, Speaker, Synthesizer

_SENTENCE = "您好，现在检查声音，请稍候。"
_MARGIN_S = 3.0
_VOLUME = 0.8  # as a visit begins


def check_echo(config: KioskConfig) -> Finding:
    """The doctor's check; what it finds decides from the next start on whether the kiosk may be interrupted."""
    if "none" in (config.microphone.backend, config.speaker.backend):
        return Finding("skip", "the microphone or the loudspeaker is turned off")
    if config.microphone.duplex == "half":
        return Finding("skip", "the kiosk is deaf while it speaks (microphone.duplex)")
    from voice.microphone_process import IsolatedMicrophone
    from voice.speaker_process import IsolatedSpeaker
    from voice.synthesizer import EspeakSynthesizer

    speaker = IsolatedSpeaker(config.speaker.device)
    speaker.volume = _VOLUME
    synthesizer = EspeakSynthesizer() if config.speech.backend != "none" else None
    try:
        figures = listen_to_itself(IsolatedMicrophone(config.microphone.device), speaker, synthesizer)
    except VoiceError as error:
        return Finding("fail", str(error), "see the checks of voice, microphone and loudspeaker")
    try:
        keep(figures, config)
    except OSError as error:
        return Finding(
            "fail", f"{config.home}: the figure cannot be kept: {error.strerror}", "give this user the folder"
        )
    return finding_of(figures)


def finding_of(figures: EchoFigures) -> Finding:
    """The figures in words, and what to do when they do not suffice."""
    room = f"room {figures.noise_dbfs:.0f} dB"
    if figures.delay_s is None:
        return Finding(
            "warn",
            f"the loudspeaker was not heard, {room}; deaf while it speaks",
            "switch the loudspeaker on and turn it up, then run: kiosk doctor",
        )
    loss = f"{'at least ' if figures.at_least else ''}{figures.loss_db:.0f} dB"
    figure = f"its own voice arrives {loss} softer, after {figures.delay_s * 1000:.0f} ms, {room}"
    if suffices(figures):
        return Finding("ok", f"{figure}; may be interrupted by voice")
    if figures.at_least:
        return Finding(
            "warn", f"{figure}; deaf while it speaks", "measure again when the room is quiet: kiosk doctor"
        )
    return Finding(
        "warn",
        f"{figure}, {REQUIRED_LOSS_DB:.0f} dB are needed; deaf while it speaks",
        "run: sudo kiosk doctor --echo-cancel; or move the microphone away from the loudspeaker",
    )


def listen_to_itself(
    microphone: Microphone, speaker: Speaker, synthesizer: Synthesizer | None
) -> EchoFigures:
    """Chime and, with a voice, speak; both devices are opened, and closed again.

    The spoken part is what counts for a canceller, which needs a second of speech to settle and is made for it.

    Raises:
        MicrophoneError, SpeakerError, SynthesizerError: a part is missing or fails.
    """
    sound = _sound(synthesizer)
    began: list[float] = []
    ends: list[PlaybackEnd] = []
    over = threading.Event()

    def finished(end: PlaybackEnd) -> None:
        ends.append(end)
        over.set()

    chunks: list[AudioChunk] = []
    try:
        speaker.start()
        microphone.start()
        _record(microphone, chunks, LEAD_S + 0.5)
        speaker.play(sound.tobytes(), SAMPLE_RATE, began.append, finished)
        until = time.monotonic() + sound.size / SAMPLE_RATE + _MARGIN_S
        while not over.is_set() and time.monotonic() < until:
            _record(microphone, chunks, 0.1)
        _record(microphone, chunks, TAIL_S)
    finally:
        speaker.stop()
        microphone.stop()
    if not began or not ends or not ends[0].completed:
        raise SpeakerError(
            "speaker_lost", "the sound was not played to its end; see the check of the loudspeaker"
        )
    played = (sound / 32_768 * speaker.volume).astype(np.float32)
    return measure_echo(played, _aligned(chunks, began[0] - LEAD_S))


def _sound(synthesizer: Synthesizer | None) -> npt.NDArray[np.int16]:
    parts = [np.frombuffer(chime(), np.int16), np.zeros(SAMPLE_RATE // 4, np.int16)]
    if synthesizer is None:
        return np.concatenate([*parts, *parts, *parts])
    spoken = np.frombuffer(b"".join(synthesizer.synthesize(_SENTENCE, "zh")), np.int16)
    spoken = soxr.resample(spoken.astype(np.float32), synthesizer.sample_rate, SAMPLE_RATE)
    return np.concatenate([*parts, np.clip(spoken, -32_768, 32_767).astype(np.int16)])


def _record(microphone: Microphone, chunks: list[AudioChunk], seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        chunk = microphone.read(left)
        if chunk is not None:
            chunks.append(chunk)


def _aligned(chunks: list[AudioChunk], since: float) -> npt.NDArray[np.float32]:
    """What was heard from a moment on, every chunk where its time stamp puts it."""
    if not chunks:
        return np.zeros(0, np.float32)
    heard = np.zeros(max(0, int((chunks[-1].end - since) * SAMPLE_RATE)) + SAMPLE_RATE, np.float32)
    for chunk in chunks:
        samples = np.frombuffer(chunk.samples, np.int16).astype(np.float32) / 32_768
        begin = round((chunk.at - since) * SAMPLE_RATE)
        samples = samples[max(0, -begin) :]
        heard[max(0, begin) : max(0, begin) + samples.size] = samples
    return heard[: max(0, int((chunks[-1].end - since) * SAMPLE_RATE))]
