"""espeak-ng as a library: speech together with the start of every phoneme.

Only training uses this. espeak-ng is under the GPL; the product runs it as a separate program
(docs/adr/0003-self-test-speech-model.md).
"""

import ctypes
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.speech.errors import SpeechModelError
from models.speech.phones import SILENCE

LIBRARY = "libespeak-ng.so.1"
LANGUAGE = "cmn-latn-pinyin"  # takes "wo3 xiang3"; version 1.51 reads hanzi wrongly with its voice "cmn"
SHORTEST_PAUSE_S = 0.035  # shorter gaps between syllables are not labelled as silence

# speak_lib.h
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS
_PHONEME_EVENTS = 1  # espeakINITIALIZE_PHONEME_EVENTS
_EVENT_END, _EVENT_PHONEME = 0, 7
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeakRATE, espeakPITCH, espeakRANGE
_UTF8 = 1
_TONE = re.compile(r"[0-9']+")


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak. ``variant`` as espeak-ng spells it ("+f3" or ""), ``rate`` in words per minute."""

    variant: str = ""
    rate: int = 175
    pitch: int = 50
    pitch_range: int = 50


@dataclass(frozen=True, slots=True)
class Speech:
    """``samples`` (int16, mono) at ``rate`` Hz; ``phones`` as (phone, start in seconds); ``syllables``."""

    samples: NDArray[np.int16]
    rate: int
    phones: tuple[tuple[str, float], ...]
    syllables: tuple[tuple[str, ...], ...]


class Espeak:
    """One instance of the library; it can be started once per process."""

    def __init__(self, data: Path | None = None) -> None:
        """Start the library with the voices in ``data`` (a folder that holds ``espeak-ng-data``)."""
        try:
            self._library = ctypes.CDLL(LIBRARY)
        except OSError as error:
            raise SpeechModelError(
                "training_tools_missing",
                f"{LIBRARY} is missing: install the Debian package libespeak-ng1 ({error})",
            ) from error
        self._samples = bytearray()
        self._events: list[tuple[int, str]] = []
        self._callback = _Callback(self._receive)  # kept: the library holds only the address
        path = str(data).encode() if data else None
        self.rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, 0, path, _PHONEME_EVENTS)
        if self.rate <= 0:
            raise SpeechModelError(
                "training_failed", f"espeak-ng found no voices in {data or 'its own folder'}"
            )
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: Voice) -> Speech:
        """Speak pinyin with tone numbers ("wo3 xiang3")."""
        name = (LANGUAGE + voice.variant).encode()
        if self._library.espeak_SetVoiceByName(name) != 0:
            raise SpeechModelError("training_failed", f"espeak-ng has no voice {name.decode()}")
        for parameter, value in ((_RATE, voice.rate), (_PITCH, voice.pitch), (_RANGE, voice.pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._samples, self._events = bytearray(), []
        encoded = text.encode()
        self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        phones, syllables = _segments(self._events, self.rate)
        return Speech(np.frombuffer(bytes(self._samples), np.int16), self.rate, phones, syllables)

    def _receive(self, samples: object, count: int, events: "ctypes._Pointer[_Event]") -> int:
        if samples and count:
            self._samples += ctypes.string_at(samples, count * 2)  # pyright: ignore[reportArgumentType]
        index = 0
        while events and events[index].type != _EVENT_END:
            if events[index].type == _EVENT_PHONEME:
                name = bytes(events[index].id.string).split(b"\0")[0].decode("latin1")
                self._events.append((events[index].sample, name))
            index += 1
        return 0


def _segments(
    events: list[tuple[int, str]], rate: int
) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, ...], ...]]:
    """Phones with start times, pauses as silence, and the phones of each spoken word."""
    timed: list[tuple[str, float]] = []
    syllables: list[tuple[str, ...]] = []
    current: list[str] = []
    for sample, name in events:
        if name.startswith("("):  # language switch, no sound
            continue
        phone = SILENCE if name.startswith("_") else _TONE.sub("", name) or SILENCE
        if not name.startswith("_"):
            current.append(phone)
        elif current:
            syllables.append(tuple(current))
            current = []
        if not (timed and timed[-1][0] == phone == SILENCE):
            timed.append((phone, sample / rate))
    if current:
        syllables.append(tuple(current))
    return tuple(_without_short_pauses(timed)), tuple(syllables)


def _without_short_pauses(timed: list[tuple[str, float]]) -> list[tuple[str, float]]:
    ends = [start for _, start in timed[1:]] + [float("inf")]
    return [
        (phone, start)
        for (phone, start), end in zip(timed, ends, strict=True)
        if phone != SILENCE or end - start >= SHORTEST_PAUSE_S
    ]
