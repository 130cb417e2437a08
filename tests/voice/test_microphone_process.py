"""The microphone in a process of its own: with small programs in its place, and with real devices."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time

import psutil
import pytest

from kiosk_app.demo.audio_server import AudioServer
from tests.voice.doubles import PATIENCE_S
from tests.voice.listening import largest_step, settled_chunks
from tests.voice.processes import child_with
from voice.errors import MicrophoneError
from voice.frames import packed
from voice.microphone_process import IsolatedMicrophone

HELLO = """
import json, os, sys, time
from functools import partial
from voice.capture import HELLO, SOUND, FAILED
from voice.frames import send
_send = partial(send, 1)
_send(HELLO, json.dumps({"name": "fake"}).encode())
"""
WAIT_FOR_THE_END = "sys.stdin.read()\n"
HANG = "import signal, threading\nthreading.Event().wait()\n"


def fake(
    program: str, *, buffer_s: float = 3.0, stall_s: float = 5.0, start_s: float = 10.0
) -> IsolatedMicrophone:
    command = [sys.executable, "-c", program]
    return IsolatedMicrophone(command=command, buffer_s=buffer_s, stall_s=stall_s, start_s=start_s)


def failure(microphone: IsolatedMicrophone) -> MicrophoneError:
    """What read() raises in the end."""
    deadline = time.monotonic() + PATIENCE_S
    with pytest.raises(MicrophoneError) as caught:
        while time.monotonic() < deadline:
            microphone.read(0.05)
    return caught.value


@pytest.fixture(autouse=True)
def nothing_stays(request: pytest.FixtureRequest) -> None:
    before = threading.active_count()

    def check() -> None:
        assert threading.active_count() <= before

    request.addfinalizer(check)


def test_an_error_before_the_first_sound_keeps_its_code_and_text() -> None:
    program = HELLO.splitlines()
    program[-1] = (
        '_send(FAILED, json.dumps({"code": "microphone_missing", "message": "there are: A, B"}).encode())'
    )
    microphone = fake("\n".join(program))
    with pytest.raises(MicrophoneError, match="there are: A, B") as caught:
        microphone.start()
    assert caught.value.code == "microphone_missing"


def test_a_program_that_says_nothing_is_an_error() -> None:
    with pytest.raises(MicrophoneError) as ended:
        fake("pass").start()
    assert ended.value.code == "microphone_open_failed"
    with pytest.raises(MicrophoneError, match="did not open") as slow:
        fake(HANG, start_s=0.2).start()
    assert slow.value.code == "microphone_open_failed"
    with pytest.raises(MicrophoneError) as missing:
        IsolatedMicrophone(command=["/no/such/program"]).start()
    assert missing.value.code == "microphone_open_failed"


def test_sound_comes_as_it_was_sent_and_then_the_end_is_told() -> None:
    microphone = fake(HELLO + "_send(SOUND, b'abcd', 12.5, 3)\n")
    microphone.start()
    chunk = microphone.read(PATIENCE_S)
    assert chunk is not None
    assert (chunk.samples, chunk.at) == (b"abcd", 12.5)
    assert (microphone.name, microphone.overruns) == ("fake", 3)
    assert failure(microphone).code == "microphone_lost"
    microphone.stop()
    assert microphone.overruns == 3


@pytest.mark.parametrize(
    "flood", ["", "threading.Thread(target=lambda: [os.write(2, b'x' * 99) for _ in iter(int, 1)]).start()\n"]
)
def test_a_process_that_lives_but_is_silent_is_killed(flood: str) -> None:
    microphone = fake(HELLO + "import threading\n" + flood + HANG, stall_s=0.2)
    microphone.start()
    assert failure(microphone).code == "microphone_stalled"
    microphone.stop()


def test_what_is_not_a_frame_ends_it() -> None:
    microphone = fake(HELLO + "os.write(1, b'garbage' * 99)\n" + HANG)
    microphone.start()
    assert failure(microphone).code == "microphone_lost"
    microphone.stop()


def test_stop_ends_a_process_that_does_not_listen_and_may_come_twice() -> None:
    microphone = fake(HELLO + HANG)
    microphone.stop()
    microphone.start()
    microphone.stop()
    microphone.stop()
    with pytest.raises(MicrophoneError) as caught:
        microphone.read(0)
    assert caught.value.code == "microphone_closed"


def test_a_late_reader_loses_the_oldest_and_it_is_counted() -> None:
    microphone = fake(HELLO + "[_send(SOUND, bytes([n]) * 3200, n) for n in range(10)]\n", buffer_s=0.25)
    microphone.start()
    for thread in threading.enumerate():
        if thread.name == "microphone":  # ends when everything has been taken
            thread.join(PATIENCE_S)
    chunk = microphone.read(0)
    assert chunk is not None
    assert (chunk.at, microphone.overruns) == (8.0, 8)
    microphone.stop()


def test_fifty_starts_leave_no_handle_thread_or_process() -> None:
    started: list[int] = []

    def turn() -> tuple[int, int]:
        # Without the site's packages this Python starts in a tenth of the time.
        program = (
            f"import struct,sys\nsys.stdout.buffer.write({hello!r})\nsys.stdout.flush()\nsys.stdin.read()"
        )
        microphone = IsolatedMicrophone(command=[sys.executable, "-I", "-S", "-c", program])
        microphone.start()
        started.append(child_with("import struct"))
        microphone.stop()
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    hello = packed(b"H", b'{"name": "fake"}')
    first = turn()
    assert [turn() for _ in range(50)] == [first] * 50
    for pid in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def test_a_missing_device_is_named_with_those_there_are(audio: AudioServer) -> None:
    with pytest.raises(MicrophoneError, match=r"Studio.*kiosk_mic") as caught:
        IsolatedMicrophone("Studio").start()
    assert caught.value.code == "microphone_missing"


def test_time_stamps_are_true_and_steady(audio: AudioServer) -> None:
    microphone = IsolatedMicrophone("kiosk_mic")
    began = microphone.now()
    microphone.start()
    try:
        assert "kiosk_mic" in microphone.name
        settled = settled_chunks(microphone)
    finally:
        microphone.stop()
    assert largest_step(settled) < 0.005
    assert began - 1 < settled[0].at < settled[-1].end < microphone.now()
    assert microphone.overruns == 0


def test_it_is_lost_and_back_each_time_it_is_pulled_and_put_back(audio: AudioServer) -> None:
    microphone = IsolatedMicrophone("kiosk_mic")
    for _ in range(5):
        microphone.start()
        assert microphone.read(PATIENCE_S) is not None
        audio.unplug_microphone()
        assert failure(microphone).code in {"microphone_lost", "microphone_stalled"}
        microphone.stop()
        audio.plug_microphone()


def test_the_process_ends_with_a_kiosk_that_is_killed(audio: AudioServer) -> None:
    program = (
        "import time\nfrom voice.microphone_process import IsolatedMicrophone\n"
        "microphone = IsolatedMicrophone('kiosk_mic')\nmicrophone.start()\n"
        "print('open', flush=True)\ntime.sleep(60)\n"
    )
    kiosk = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    with kiosk:
        assert kiosk.stdout is not None
        assert kiosk.stdout.readline() == b"open\n"
        (capture,) = psutil.Process(kiosk.pid).children()
        # The handle is taken while the process lives, so that it cannot come to mean another one.
        handle = os.pidfd_open(capture.pid)
        kiosk.kill()
    try:
        ended, _, _ = select.select([handle], [], [], PATIENCE_S)
        assert ended
    finally:
        os.close(handle)
