"""Hand-overs from the citizen's request to the kiosk's answer, over the real broker and without it."""

import pytest

from fleet.device.events import HandoverAccepted
from fleet.protocol.codec import encode_batch
from fleet.protocol.commands import Order
from fleet.protocol.messages import Batch, Record
from fleet.server import handovers, results
from fleet.server.errors import FleetError
from fleet.server.store import now_ms
from fleet.server.views import Views
from tests.fleet.server.test_intake import take, topic
from tests.fleet.waiting import wait_until

ASK = {"handover": "h1", "visit": "7", "lang": "zh", "matters": ["gov.id_card.replace"]}


def one(lane: str, seq: int, kind: str, data: dict) -> tuple:
    record = Record(seq=seq, kind=kind, at=5, data=data)
    return topic(lane), encode_batch(Batch(boot="b1", floor=seq - 1, after=seq - 1, records=(record,)))


def only(store) -> tuple[str, str, str]:
    (view,) = Views(store).handovers(True)
    return view.id, view.state, view.reason


def test_a_person_takes_over_and_the_kiosk_hears_it(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    kiosk.agent.start()
    kiosk.agent.record("visit.started", {"visit": "7", "trigger": "near"})
    kiosk.agent.alarm("handover", ASK)
    wait_until(lambda: centre.views.handovers(True), "hand-over in the centre")
    view = centre.views.handovers(True)[0]
    assert (view.state, view.matters, view.reachable) == ("waiting", ("gov.id_card.replace",), True)
    handovers.accept(centre.store, view.id, "  马上就到。 ", centre.ingest.send_command)
    wait_until(lambda: kiosk.of(HandoverAccepted), "word at the kiosk")
    assert [(event.handover, event.text) for event in kiosk.of(HandoverAccepted)] == [("h1", "马上就到。")]
    wait_until(lambda: centre.views.handovers(True)[0].state == "accepted", "word that it was taken")


def test_a_citizen_who_has_left_is_not_called_for(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    kiosk.agent.start()
    kiosk.agent.alarm("handover", ASK)
    wait_until(lambda: centre.views.handovers(True), "hand-over in the centre")
    kiosk.agent.record("visit.ended", {"visit": "7", "outcome": "left", "turns": 1, "seconds": 9})
    wait_until(lambda: centre.views.handovers(True)[0].state == "closed", "end of the hand-over")
    with pytest.raises(FleetError) as caught:
        handovers.accept(
            centre.store, centre.views.handovers(True)[0].id, "hello", centre.ingest.send_command
        )
    assert caught.value.code == "handover.state"


def test_an_end_that_comes_before_the_request_closes_it(store):
    take(store, one("tm", 2, "visit.ended", {"visit": "7"}))
    take(store, one("ev", 1, "handover", ASK))
    assert only(store)[1] == "closed"


def test_a_kiosk_that_restarted_has_nobody_waiting(store):
    take(store, one("ev", 1, "handover", ASK))
    birth = b'{"boot":"b2","conn":1,"at":1,"versions":{}}'
    take(store, (topic("birth"), birth))
    assert only(store)[1:] == ("closed", "the kiosk restarted")


def test_a_refusal_of_the_kiosk_gives_the_request_back_with_its_reason(store):
    take(store, one("ev", 1, "handover", ASK))
    command = handovers.accept(store, only(store)[0], "hello", lambda _kiosk, _command: True)
    assert only(store)[1] == "accepting"
    answer = f'{{"id":"{command}","state":"REJECTED","reason":"nobody waits","at":1}}'
    take(store, (topic("cmd", command), answer.encode()))
    assert only(store)[1:] == ("waiting", "nobody waits")
    late = answer.replace("REJECTED", "SUCCEEDED")
    take(store, (topic("cmd", command), late.encode()))
    assert only(store)[1] == "waiting", "a finished command changes nothing any more"


def test_silence_gives_the_request_back(store):
    take(store, one("ev", 1, "handover", ASK))
    handovers.accept(store, only(store)[0], "hello", lambda _kiosk, _command: True)
    results.expire(store, now_ms() + 20_000)
    assert only(store)[1] == "accepting"
    results.expire(store, now_ms() + 60_000)
    assert only(store)[1:] == ("waiting", "no answer from the kiosk")


def test_a_broker_that_is_away_leaves_the_request_waiting(store):
    take(store, one("ev", 1, "handover", ASK))
    with pytest.raises(FleetError) as caught:
        handovers.accept(store, only(store)[0], "hello", lambda _kiosk, _command: False)
    assert caught.value.code == "broker.down"
    assert only(store)[1] == "waiting"


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, "a\x00b"])
def test_a_line_that_cannot_be_shown_is_refused(store, text):
    take(store, one("ev", 1, "handover", ASK))
    sent: list[Order] = []
    with pytest.raises(FleetError) as caught:
        handovers.accept(store, only(store)[0], text, lambda _kiosk, command: not sent.append(command))
    assert caught.value.code == "handover.text"
    assert not sent
