"""How far updates are: the newest of each kind, a message a second at most, the last word never lost."""

from fleet.device.updates.jobs import PAUSE_S, JobNotes
from fleet.protocol.updates import Job


def test_of_many_notes_only_the_newest_goes_out_and_not_too_often() -> None:
    notes, sent = JobNotes(lambda: 1.0), list[Job]()

    def send(job: Job) -> bool:
        sent.append(job)
        return True

    for percent in range(100):
        notes.note(3, "knowledge", "fetching", percent)
        notes.pump(percent * 0.1, send)
    assert len(sent) == 10
    notes.note(3, "knowledge", "fetched", 100)
    notes.pump(100.0, send)
    assert (sent[-1].id, sent[-1].step, sent[-1].percent) == ("3-knowledge", "fetched", 100)


def test_two_kinds_take_turns_within_the_pace() -> None:
    notes, sent = JobNotes(lambda: 1.0), list[str]()
    notes.note(3, "knowledge", "fetching")
    notes.note(3, "config", "fetching")
    for now in (0.0, 0.5, PAUSE_S):
        notes.pump(now, lambda job: not sent.append(job.kind))
    assert sorted(sent) == ["config", "knowledge"]


def test_what_a_choked_link_does_not_take_is_said_later_and_nothing_twice() -> None:
    notes, sent = JobNotes(lambda: 1.0), list[Job]()
    notes.note(3, "knowledge", "failed", 0, "two\nlines " * 200)
    notes.pump(0.0, lambda job: False)
    notes.pump(0.1, lambda job: not sent.append(job))
    notes.note(3, "knowledge", "failed", 0, "two\nlines " * 200)
    notes.pump(9.0, lambda job: not sent.append(job))
    assert len(sent) == 1
    assert "\n" not in sent[0].reason and len(sent[0].reason) == 500
