"""Publishing: from the centre's library to the kiosk's disk, over the real broker."""

import hashlib
import os
import random
import signal

from sqlalchemy import select

from fleet.device.events import TargetFailed, TargetFetched
from fleet.protocol.tree import stored_path
from fleet.server import tables
from tests.fleet.waiting import wait_until

CONTENT = random.Random(3).randbytes(3_000_000)


def publish(centre, kiosk_id, content=CONTENT):
    target = centre.library.add([content])
    publication = centre.library.publish(target, [kiosk_id])
    centre.ingest.send_desired(kiosk_id)
    return publication


def view(centre, kiosk_id):
    return next(item for item in centre.views.kiosks(True) if item.id == kiosk_id)


def test_three_megabytes_arrive_whole(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    name = kiosk.settings.kiosk
    centre.store.add_kiosk(name)
    kiosk.agent.start()
    publication = publish(centre, name)
    wait_until(lambda: kiosk.of(TargetFetched), "fetched artefact", 30)
    event = kiosk.of(TargetFetched)[0]
    assert event.path.read_bytes() == CONTENT
    assert event.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert event.rev == publication.revisions[name]
    wait_until(lambda: view(centre, name).result == "fetched", "word of it in the centre")
    kiosk.agent.report_target("knowledge", event.name, event.version, event.sha256, "active")
    wait_until(lambda: view(centre, name).result == "active", "word that it is in use")
    assert view(centre, name).running.sha256 == event.sha256
    wait_until(lambda: job(centre, name) == (f"{event.rev}-knowledge", "active", 100), "the end of the job")


def job(centre, kiosk_id):
    with centre.store.reading() as tx:
        row = tx.execute(select(tables.job).where(tables.job.c.kiosk == kiosk_id)).one()
        return row.id, row.step, row.percent


def test_a_refusal_reaches_the_centre_with_its_reason(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    name = kiosk.settings.kiosk
    centre.store.add_kiosk(name)
    kiosk.agent.report_target("knowledge", "gov", "1", "a" * 64, "active")
    kiosk.agent.start()
    publish(centre, name, b"an artefact")
    wait_until(lambda: kiosk.of(TargetFetched), "fetched artefact")
    event = kiosk.of(TargetFetched)[0]
    kiosk.agent.report_target(
        "knowledge", event.name, event.version, event.sha256, "rejected", "自检未通过：\n补领身份证"
    )
    wait_until(lambda: view(centre, name).result == "rejected", "word of the refusal")
    assert view(centre, name).reason == "自检未通过： 补领身份证"
    assert view(centre, name).running.sha256 == "a" * 64


def test_a_trial_and_its_end_reach_the_centre(machine, make_centre, make_kiosk):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    name = kiosk.settings.kiosk
    centre.store.add_kiosk(name)
    kiosk.agent.report_target("knowledge", "gov", "1", "a" * 64, "active")
    kiosk.agent.start()
    publish(centre, name, b"an artefact on trial")
    wait_until(lambda: kiosk.of(TargetFetched), "fetched artefact")
    event = kiosk.of(TargetFetched)[0]
    kiosk.agent.report_target("knowledge", event.name, event.version, event.sha256, "trial")
    wait_until(lambda: view(centre, name).result == "trial", "word of the trial")
    assert view(centre, name).running.sha256 == event.sha256
    publish(centre, name, b"an artefact on trial")
    wait_until(lambda: view(centre, name).reported_rev == event.rev + 1, "the answer to the same wish")
    assert view(centre, name).result == "trial", "it is not proven by being wanted again"
    kiosk.agent.report_target(
        "knowledge", event.name, event.version, event.sha256, "returned", "5 of 7 were not understood"
    )
    kiosk.agent.report_target("knowledge", "gov", "1", "a" * 64, "active")
    wait_until(lambda: view(centre, name).running.sha256 == "a" * 64, "word of the one before")
    assert (view(centre, name).result, view(centre, name).reason) == (
        "returned",
        "5 of 7 were not understood",
    )
    assert len(kiosk.of(TargetFetched)) == 1


def test_a_fetch_goes_on_over_a_broker_that_was_killed(own_machine, make_centre, make_kiosk, monkeypatch):
    centre, kiosk = make_centre(own_machine), make_kiosk(own_machine)
    name = kiosk.settings.kiosk
    centre.store.add_kiosk(name)
    asked: list[int] = []
    answer = centre.library.chunk

    def counted(request):
        if request.path.startswith("targets/"):
            asked.append(request.offset)
            if len(asked) == 30:
                os.kill(own_machine.broker.pid, signal.SIGKILL)
        return answer(request)

    monkeypatch.setattr(centre.library, "chunk", counted)
    kiosk.agent.start()
    publish(centre, name)
    wait_until(lambda: kiosk.of(TargetFetched), "fetched artefact", 60)
    assert kiosk.of(TargetFetched)[0].path.read_bytes() == CONTENT
    # Resumed, not begun anew: all but what was on its way is asked for only once.
    assert len(asked) < 64 + 30


def test_a_wrong_artefact_fails_and_is_reported(machine, make_centre, make_kiosk, monkeypatch):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    name = kiosk.settings.kiosk
    centre.store.add_kiosk(name)
    answer = centre.library.chunk

    def forged(request):
        header, data = answer(request)
        return header, bytes(len(data)) if request.path.startswith("targets/") else data

    monkeypatch.setattr(centre.library, "chunk", forged)
    kiosk.agent.start()
    publication = publish(centre, name)
    wait_until(lambda: kiosk.of(TargetFailed), "word of the failure", 30)
    assert kiosk.of(TargetFailed)[0].rev == publication.revisions[name]
    assert "fetch.hash" in kiosk.of(TargetFailed)[0].reason
    wait_until(lambda: view(centre, name).result == "failed", "word of it in the centre")
    assert not kiosk.of(TargetFetched)
    folder = kiosk.settings.data_dir / "updates" / "incoming"
    assert list(folder.iterdir()) == []


def test_an_artefact_that_was_taken_away_is_refused(machine, make_centre, make_kiosk, monkeypatch):
    centre, kiosk = make_centre(machine), make_kiosk(machine)
    name = kiosk.settings.kiosk
    centre.store.add_kiosk(name)
    publication = publish(centre, name, b"soon gone")
    (machine.data / "updates" / stored_path(publication.target.path, publication.target.sha256)).unlink()
    kiosk.agent.start()
    wait_until(lambda: kiosk.of(TargetFailed), "word of the failure")
    assert "fetch.refused" in kiosk.of(TargetFailed)[0].reason


def test_a_restarted_kiosk_is_told_again_until_it_has_answered(machine, make_centre, make_kiosk):
    centre, first = make_centre(machine), make_kiosk(machine)
    name = first.settings.kiosk
    centre.store.add_kiosk(name)
    first.agent.start()
    publish(centre, name, b"told twice")
    wait_until(lambda: first.of(TargetFetched), "fetched artefact")
    first.agent.stop()
    second = make_kiosk(machine, name)
    second.agent.start()
    wait_until(lambda: second.of(TargetFetched), "the same artefact, told again")
    event = second.of(TargetFetched)[0]
    second.agent.report_target("knowledge", event.name, event.version, event.sha256, "active")
    wait_until(lambda: view(centre, name).result == "active", "word that it is in use")
    second.agent.stop()
    third = make_kiosk(machine, name)
    third.agent.start()
    third.agent.record("visit.started", {"visit": "1"})
    wait_until(lambda: third.agent.depth == 0, "link")
    assert not third.of(TargetFetched)


def test_a_younger_centre_goes_above_the_revisions_a_kiosk_has_seen(
    machine, make_centre, make_kiosk, tmp_path
):
    old, kiosk = make_centre(machine), make_kiosk(machine)
    name = kiosk.settings.kiosk
    old.store.add_kiosk(name)
    kiosk.agent.start()
    for content in (b"one", b"two", b"three"):
        publish(old, name, content)
    wait_until(lambda: any(event.rev == 3 for event in kiosk.of(TargetFetched)), "third revision")
    old.stop()
    new = make_centre(machine, f"sqlite:///{tmp_path / 'new.sqlite'}")
    new.store.add_kiosk(name)
    publish(new, name, b"from the new centre")
    wait_until(
        lambda: any(event.rev > 3 for event in kiosk.of(TargetFetched)), "revision of the new centre", 30
    )
