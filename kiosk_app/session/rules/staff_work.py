"""What a technician does in the staff corner: tasks, the site's volume, and what the pages are told."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.session.effects import KeepVolume, StaffWork, TryLoudspeaker
from kiosk_app.session.rules.staff import change, stay
from kiosk_app.session.state import Phase, StaffCorner
from kiosk_app.session.step import Rules, Step
from kiosk_app.staff.reports import ASKED_TWICE, StaffTask, TaskReport, with_report
from kiosk_app.volumes import stepped


def _open(step: Step) -> StaffCorner | None:
    """The corner, when its pages are open: a finger on one of them keeps it so."""
    if step.phase is not Phase.STAFF:
        return None
    stay(step)
    return step.state.corner


def _busy(corner: StaffCorner) -> bool:
    """One thing at a time."""
    return any(isinstance(one, TaskReport) and one.state == "busy" for one in corner.reports)


def _chosen(step: Step, event: ev.StaffTaskChosen) -> None:
    corner = _open(step)
    if corner is None or _busy(corner):
        return
    if event.task in ASKED_TWICE:
        change(step, asking=event.task)
    else:
        _begin(step, corner, event.task)


def _confirmed(step: Step, event: ev.StaffTaskConfirmed) -> None:
    corner = _open(step)
    if corner is not None and corner.asking is not None and not _busy(corner):
        task = corner.asking
        change(step, asking=None)
        _begin(step, corner, task)


def _dropped(step: Step, event: ev.StaffTaskDropped) -> None:
    if _open(step) is not None:
        change(step, asking=None)


def _begin(step: Step, corner: StaffCorner, task: StaffTask) -> None:
    if task == "speaker":
        _test_speaker(step, corner)
        return
    change(step, reports=with_report(corner.reports, TaskReport(task, "busy")))
    step.effects.append(StaffWork(task))


def _test_speaker(step: Step, corner: StaffCorner) -> None:
    """Whoever listens is no citizen: nothing of the session waits for this sound."""
    if step.state.is_down("speech"):
        return
    number = step.state.utterances + 1
    step.state = replace(step.state, utterances=number)
    change(step, sounding=True)
    step.effects.append(TryLoudspeaker(number, corner.lang, step.state.volume))


def _stepped(step: Step, event: ev.SiteVolumeStepped) -> None:
    volume = stepped(step.state.volume, up=event.up)
    if _open(step) is not None and volume != step.state.volume:
        step.state = replace(step.state, volume=volume)
        step.effects.append(KeepVolume(volume))


def _language(step: Step, event: ev.StaffLanguageToggled) -> None:
    corner = _open(step)
    if corner is not None:
        change(step, lang="en" if corner.lang == "zh" else "zh")


def _told(step: Step, event: ev.StaffTold) -> None:
    """It is not a finger: the corner closes as it would have."""
    corner = step.state.corner
    if step.phase is Phase.STAFF and corner is not None:
        change(step, reports=with_report(corner.reports, event.report))


RULES: Rules = {
    ev.StaffTaskChosen: _chosen,
    ev.StaffTaskConfirmed: _confirmed,
    ev.StaffTaskDropped: _dropped,
    ev.SiteVolumeStepped: _stepped,
    ev.StaffLanguageToggled: _language,
    ev.StaffTold: _told,
}
