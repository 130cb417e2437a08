"""Queues in the centre: what the kiosks tell, and calls of the windows over the real broker."""

from __future__ import annotations

import pytest

from fleet.device.events import QueueCommanded
from fleet.protocol.codec import encode
from fleet.protocol.messages import Queues, QueueState
from fleet.server import queues
from fleet.server.errors import FleetError
from tests.fleet.server.test_intake import take, topic
from tests.fleet.waiting import wait_until

STATE = QueueState.model_validate(
    {
        "queue": "papers",
        "letter": "A",
        "names": {"zh": "证件", "en": "Papers"},
        "windows": ("5", "6"),
        "waiting": 3,
        "last": "A011",
        "window": "6",
    }
)


def test_a_window_calls_and_the_kiosk_answers_with_the_number(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    agent, name = kiosk.agent, kiosk.settings.kiosk
    agent.report_queues([STATE])
    agent.start()
    wait_until(lambda: queues.queues(centre.store, {name}), "queues in the centre")
    (view,) = queues.queues(centre.store, {name})
    assert (view.queue, view.waiting, view.last, view.window, view.reachable) == (
        "papers",
        3,
        "A011",
        "6",
        True,
    )

    command = queues.call(centre.store, name, "papers", "5", "next", centre.ingest.send_command)
    wait_until(lambda: kiosk.of(QueueCommanded), "the call at the kiosk")
    (wanted,) = kiosk.of(QueueCommanded)
    assert (wanted.command, wanted.verb, wanted.queue, wanted.window) == (command, "next", "papers", "5")
    assert queues.called(centre.store, command).number == ""
    agent.conclude(command, True, "", "A012")
    agent.conclude(command, True, "", "A013")
    wait_until(lambda: queues.called(centre.store, command).state == "SUCCEEDED", "the kiosk's answer")
    assert queues.called(centre.store, command).number == "A012", "the first answer counts"

    agent.report_queues([STATE.model_copy(update={"waiting": 2, "last": "A012", "window": "5"})])
    wait_until(lambda: queues.queues(centre.store, set())[0].waiting == 2, "the new count")

    nobody = queues.call(centre.store, name, "papers", "5", "absent", centre.ingest.send_command)
    agent.conclude(nobody, False, "this window has called nobody")  # before it has come: of no effect
    wait_until(lambda: len(kiosk.of(QueueCommanded)) == 2, "the second call at the kiosk")
    agent.conclude(nobody, False, "this window has called nobody")
    wait_until(lambda: queues.called(centre.store, nobody).state == "FAILED", "that it came to nothing")
    assert queues.called(centre.store, nobody).reason == "this window has called nobody"


@pytest.mark.parametrize(("queue", "window"), [("nothing", "5"), ("papers", "7"), ("papers", "")])
def test_a_call_that_means_nothing_is_not_sent(store, queue, window):
    take(store, (topic("queue"), encode(Queues(at=1, queues=(STATE,)))))
    kiosk = queues.queues(store, set())[0].kiosk
    with pytest.raises(FleetError) as refused:
        queues.call(store, kiosk, queue, window, "next", lambda *_: pytest.fail("it was sent"))
    assert refused.value.code == "queue.unknown"


def test_without_a_broker_a_call_leaves_no_trace(store):
    take(store, (topic("queue"), encode(Queues(at=1, queues=(STATE,)))))
    kiosk = queues.queues(store, set())[0].kiosk
    with pytest.raises(FleetError) as refused:
        queues.call(store, kiosk, "papers", "5", "next", lambda *_: False)
    assert refused.value.code == "broker.down"
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM command").scalar() == 0


def test_the_newest_message_counts_even_when_the_clock_was_set_back(store):
    take(store, (topic("queue"), encode(Queues(at=5, queues=(STATE,)))))
    take(store, (topic("queue"), encode(Queues(at=4, queues=()))))
    assert queues.queues(store, set()) == []


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b'{"at": 1, "queues": [{"queue": "a", "letter": "AB", "names": {}, "windows": [], "waiting": 1}]}',
        b'{"at": 1, "queues": [{"queue": "a", "letter": "A", "names": {"zh": "x"}, "windows": [], "waiting": -1}]}',
        b'{"at": 1, "queues": [], "who": "somebody"}',
    ],
)
def test_what_breaks_the_protocol_is_left_out(store, payload):
    take(store, (topic("queue"), payload))
    assert queues.queues(store, set()) == []
