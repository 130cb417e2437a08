"""How long each state may last. Every figure is in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The session's time limits; the defaults follow the touchscreen rules (60 s idle, 20 s warning, …)."""

    housekeeping: float = 30.0
    """idle and out_of_service look around this often."""
    greet_pause: float = 0.5
    """From noticing somebody to the spoken greeting: who speaks at once is listened to instead."""
    greeting: float = 20.0
    """A person who was greeted and does nothing is left in peace after this."""
    listening: float = 15.0
    """Longer than the hard cap of the endpointing (10 s) and the recogniser's last word."""
    thinking: float = 3.0
    inactivity: float = 60.0
    elder_factor: float = 2.0
    """Elder mode doubles the time to read and to decide."""
    warning: float = 20.0
    handover: float = 120.0
    """Waiting for a member of staff before the service desk is named instead."""
    farewell: float = 6.0
    """The goodbye; also the longest that a sound may go on after the last person has left."""
    rating: float = 6.0
    """As long as the goodbye waits for a rating from somebody who still stands here."""
    thanks: float = 2.0
    """The thanks for it."""
    absence: float = 15.0
    """When nobody has stood here for this long, the session is wiped."""
    unplugged: float = 6.0
    """Whose headphones are out and who does nothing for so long has gone."""
    printing: float = 45.0
    """A receipt of which nothing is heard for this long has failed."""
    ticket: float = 12.0
    """A number of which nothing is heard for this long cannot be had; longer than the queue system is asked for."""
    call: float = 45.0
    """As long as the idle screen shows who was called."""
    pin_pad: float = 30.0
    """Without a touch the pad for the staff's PIN closes after this,"""
    staff: float = 180.0
    """and the staff corner after this."""
    playback_margin: float = 10.0
    """A sound that has not ended this long after its expected end is taken for lost."""
    held: float = 4.0
    """Longer than the ears need to know whether somebody is interrupting; then the speech goes on without them."""
    per_character: float = 0.45
    """Upper estimate of the speaking time of one character at the slowest rate."""

    def speaking(self, text: str) -> float:
        """The time after which speaking ``text`` is taken for lost."""
        return self.playback_margin + self.per_character * len(text)
