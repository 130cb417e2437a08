"""Each visitor is listened to as that visitor speaks."""

from __future__ import annotations

from kiosk_app import events as ev
from kiosk_app.runtime.attention import attend
from kiosk_app.session import VisitEnded
from tests.kiosk_app.session.play import Play
from voice.patience import Patience


class Ears:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.patience = Patience.NORMAL
        self.forgotten = 0

    def forget(self) -> None:
        self.forgotten += 1
        self.patience = Patience.NORMAL


def test_elder_mode_gives_more_time_until_it_is_left_or_the_visit_ends() -> None:
    play, ears = Play(), Ears()
    play.do(ev.PartUp, "recognition")

    def happen(event: ev.Event) -> None:
        attend(ears, play.state, play.happen(event))

    happen(ev.ElderToggled(play.now))
    assert ears.patience is Patience.NORMAL, "nobody is here"
    happen(ev.SpeechStarted(play.now))
    happen(ev.ElderToggled(play.now))
    assert ears.patience is Patience.SLOW
    happen(ev.ElderToggled(play.now))
    assert ears.patience is Patience.NORMAL
    happen(ev.ElderToggled(play.now))
    assert (ears.patience, ears.forgotten) == (Patience.SLOW, 0)
    while play.state.visit is not None:
        play.now = max(play.now, play.state.deadline)
        happen(ev.Tick(play.now))
    assert (ears.patience, ears.forgotten) == (Patience.NORMAL, 1)
    assert len(play.wanted(VisitEnded)) == 1
