"""What the dialogue remembers of one visit: one immutable value, thrown away with the visit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk_app.reply import Reply


@dataclass(frozen=True, slots=True)
class Seen:
    """A matter that was answered, and the facets that were told."""

    matter: str
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to a slot of a matter: an option's id, "" when the citizen could or would not say."""

    matter: str
    slot: str
    option: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A slot's question that waits for its answer, and the facets that will be told then."""

    matter: str
    slot: str
    facets: tuple[str, ...]
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the kiosk offered of its own accord: yes leads to these facets of that matter."""

    target: str
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """The talk so far.

    ``now`` is what is talked about; ``past`` the matters before it, latest last. ``offered`` are the targets of the
    choices of a question back, in order; ``others`` the runners-up of the last understanding, for "not that one".
    """

    now: Seen | None = None
    past: tuple[Seen, ...] = ()
    said: str = ""
    """The words that led to ``now``; a correction exchanges a part of them."""
    given: tuple[Given, ...] = ()
    asking: Asking | None = None
    offered: tuple[str, ...] = ()
    offer: Offer | None = None
    later: Offer | None = None
    """The second of two matters in one sentence; offered after the first is answered."""
    made: tuple[str, ...] = ()
    """What was offered as a next step: each only once a visit."""
    others: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """What the citizen said is not meant; forgotten with the next answer that is let stand."""
    wanted: tuple[str, ...] = ()
    """Facets that were asked before it was said of which matter."""
    misses: int = 0
    """Turns in a row that came to nothing."""
    doubted: int = 0
    """The misses before the latest answer: they count again when that answer is refused."""
    last: Reply | None = None
    """The latest reply with something to say; what "once more" repeats."""

    @property
    def matter(self) -> str:
        """The id of the matter that is talked about, "" for none."""
        return self.now.matter if self.now else ""

    def option_of(self, matter: str, slot: str) -> str | None:
        """The answer given to a slot; "" when it was left open, None when it was not asked yet."""
        return next((one.option for one in self.given if (one.matter, one.slot) == (matter, slot)), None)

    def with_answer(self, given: Given) -> Memory:
        """The same with a slot's answer in place of an earlier one."""
        rest = tuple(one for one in self.given if (one.matter, one.slot) != (given.matter, given.slot))
        return replace(self, given=(*rest, given))

    def settled(self) -> Memory:
        """The same with nothing left open: no question, no choices, no offer."""
        return replace(self, asking=None, offered=(), offer=None)

    def turning_to(self, seen: Seen, said: str) -> Memory:
        """Talk about another matter, or about other facets of the same."""
        past = self.past
        if self.now is not None and self.now.matter != seen.matter:
            past = (*(one for one in past if one.matter != self.now.matter), self.now)
        past = tuple(one for one in past if one.matter != seen.matter)
        return replace(self.settled(), now=seen, past=past, said=said, wanted=())

    def at_home(self) -> Memory:
        """Back on the home screen: nothing is talked about, though one may come back to what was."""
        past = (*(one for one in self.past if one != self.now), self.now) if self.now else self.past
        return Memory(past=past, given=self.given, made=self.made)


NEW_TALK = Memory()
"""Nothing was said yet."""
