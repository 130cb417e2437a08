"""How long a silence has to be until the citizen has finished; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from voice.completeness import Completeness


class Patience(Enum):
    """How much time the one who speaks needs."""

    NORMAL = "normal"
    SLOW = "slow"
    """Elder mode, or whoever asks for more time."""


@dataclass(frozen=True, slots=True)
class PauseSettings:
    """Silences after which an utterance is over; seconds.

    Pauses inside fluent sentences are mostly shorter than 0.25 s, which phonetics has long taken as the border
    to hesitation (Goldman-Eisler 1968); in read and spontaneous speech of five languages the middle class of
    pauses lies between 0.2 and 1 s (Campione and Véronis 2002). Gaps between people who take turns have their
    mode near 0.2 s (Stivers et al. 2009), so an answer after half a second still feels prompt. The values
    themselves were chosen on recordings of ten people (``tests/bench/endpoint.py``).

    Attributes:
        complete_s: the text is a whole question, and has been for ``stable_s``.
        usual_s: the text tells nothing, or there is none.
        open_s: the text cannot be all.
        digits_s: the text ends in figures.
        slow_extra_s: more for Patience.SLOW, whatever the text.
        stable_s: a partial that changed later than this ago may change again.
        spare_s: a pause seen in this visit, and so much more, is waited out from then on.
        learned_max_s: the most that the pauses seen add.
    """

    complete_s: float = 0.30
    usual_s: float = 0.48
    open_s: float = 0.8
    digits_s: float = 0.9
    slow_extra_s: float = 0.5
    stable_s: float = 0.12
    spare_s: float = 0.08
    learned_max_s: float = 0.4

    def __post_init__(self) -> None:
        if not 0 < self.complete_s <= self.usual_s <= min(self.open_s, self.digits_s):
            raise ValueError(
                "0 < complete_s <= usual_s <= open_s, digits_s must hold, not"
                f" {self.complete_s}, {self.usual_s}, {self.open_s}, {self.digits_s}"
            )
        if min(self.slow_extra_s, self.stable_s, self.spare_s, self.learned_max_s) < 0:
            raise ValueError("slow_extra_s, stable_s, spare_s and learned_max_s must not be negative")


class Pauses:
    """The silence that ends an utterance of one visitor, who is learnt to be slow from his own pauses."""

    def __init__(self, settings: PauseSettings) -> None:
        self._settings = settings
        self._longest = 0.0
        self.patience = Patience.NORMAL

    def seen(self, seconds: float) -> None:
        """A pause was followed by more of the same utterance."""
        self._longest = max(self._longest, seconds)

    def forget(self) -> None:
        """The visitor is gone: nothing of how he spoke is kept."""
        self._longest = 0.0
        self.patience = Patience.NORMAL

    def needed(self, text: Completeness | None, unchanged_s: float) -> float:
        """Seconds of silence that end an utterance whose text looks so and has for ``unchanged_s``.

        ``text`` is None while no word was recognised.
        """
        return self._base(text, unchanged_s) + self.extra_s

    @property
    def extra_s(self) -> float:
        """What this visitor gets on top of every silence."""
        settings = self._settings
        learned = min(max(0.0, self._longest + settings.spare_s - settings.usual_s), settings.learned_max_s)
        return max(learned, settings.slow_extra_s if self.patience is Patience.SLOW else 0.0)

    def _base(self, text: Completeness | None, unchanged_s: float) -> float:
        settings = self._settings
        match text:
            case Completeness.COMPLETE if unchanged_s >= settings.stable_s:
                return settings.complete_s
            case None | Completeness.COMPLETE | Completeness.NOTHING:
                return settings.usual_s
            case Completeness.OPEN:
                return settings.open_s
            case Completeness.DIGITS:
                return settings.digits_s
