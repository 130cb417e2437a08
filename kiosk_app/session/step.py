"""One transition being worked out: the moves that the rules are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk_app.memory import Memory
from kiosk_app.rates import NORMAL_RATE, SLOW_RATE
from kiosk_app.reply import Language, Reply
from kiosk_app.request import MatterAsked, Request
from kiosk_app.session.ears import settled_ears
from kiosk_app.session.effects import (
    Ask,
    CallStaff,
    Effect,
    Hush,
    Phrase,
    Refused,
    Speak,
    StartAgain,
    SwapKnowledge,
    VisitEnded,
    VisitStarted,
)
from kiosk_app.session.holding import carried_on, held
from kiosk_app.session.state import NEXT, Phase, SessionState, Speaking, Visit
from kiosk_app.session.ticketing import settled_calls
from kiosk_app.volumes import HEADPHONES_BEGIN

if TYPE_CHECKING:
    from kiosk_app.events import Event

Rules = Mapping[type, Callable[["Step", Any], None]]
"""What to do with each event."""


class Step:
    """A state on its way to the next one, with the effects gathered so far.

    Each method keeps the invariants: a visit exists exactly outside idle and out_of_service, every phase
    gets a deadline when it is entered, and nothing starts to sound when nobody is there.
    """

    def __init__(self, state: SessionState, event: Event) -> None:
        self.state = state
        self.at = event.at
        self.event = type(event).__name__
        self.effects: list[Effect] = []

    # --- phases and visits ---------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """The phase reached so far."""
        return self.state.phase

    @property
    def visit(self) -> Visit | None:
        """The visit reached so far."""
        return self.state.visit

    def enter(self, phase: Phase, seconds: float) -> bool:
        """Move to ``phase`` with a deadline ``seconds`` from now; an illegal move is refused and noted."""
        if phase is not self.phase and phase not in NEXT[self.phase]:
            self.effects.append(Refused(self.phase, phase, self.event))
            return False
        self.state = replace(self.state, phase=phase, entered_at=self.at, until=self.at + seconds)
        return True

    def extend(self, seconds: float) -> None:
        """Give the present phase ``seconds`` from now."""
        self.state = replace(self.state, until=self.at + seconds)

    def begin(self, trigger: str) -> None:
        """Start a visit and greet silently; the first legal move out of idle."""
        timing = self.state.timing
        if not self.enter(Phase.GREETING, timing.greeting if trigger == "near" else timing.inactivity):
            return
        self.hush()  # a call that is being said to the hall
        number = self.state.visits + 1
        visit = Visit(
            number,
            self.at,
            self.state.site_lang,
            acted=trigger != "near",
            volume=HEADPHONES_BEGIN if self.state.headphones else self.state.volume,
        )
        self.state = replace(self.state, visit=visit, visits=number)
        self.notice()
        self.effects.append(VisitStarted(number, trigger))

    def end(self, outcome: str, phase: Phase = Phase.IDLE) -> None:
        """End the visit, forget all of it, and fall silent."""
        visit = self.visit
        self.hush()
        if visit is not None:
            self.effects.append(VisitEnded(visit.number, outcome, visit.turns, self.at - visit.started_at))
            self.state = replace(self.state, greeted=self.state.greeted and not visit.acted)
        if self.enter(phase, self.state.timing.housekeeping):
            self.state = replace(self.state, visit=None, absent_since=None)

    def allowance(self) -> float:
        """The seconds a citizen has for the next action on an answer."""
        timing = self.state.timing
        unhurried = self.visit is not None and (self.visit.elder or self.visit.guided)
        return timing.inactivity * (timing.elder_factor if unhurried else 1.0)

    def resume(self, *, hint: bool = False) -> None:
        """Back to what was on the screen before the citizen spoke."""
        self.state = self.state.with_visit(caption="", caption_final=False, hint=hint)
        reply = self.visit.reply if self.visit else None
        if self.visit is not None and self.visit.desk is not None:
            self.enter(Phase.TICKET, self.allowance())
        elif reply is None:
            self.enter(Phase.GREETING, self.allowance())
        else:
            self.enter(Phase.CLARIFYING if reply.asks_back else Phase.ANSWERING, self.allowance())

    def close_desk(self) -> None:
        """From the ticket screens back to what was on the screen before them."""
        self.hush()
        self.state = self.state.with_visit(desk=None)
        self.resume()

    def unheard(self) -> None:
        """Nothing was understood; who cannot see the line about it is told."""
        self.resume(hint=True)
        if self.visit is not None and self.visit.guided:
            self.speak(Phrase.NOT_UNDERSTOOD, Phrase.GUIDE_NEXT)

    def notice(self) -> None:
        """Somebody is here."""
        self.state = replace(self.state, absent_since=None, seen_at=max(self.state.seen_at, self.at))

    def attend(self) -> None:
        """Somebody acted: the person is here, and any warning is answered.

        What is being said is said to its end before the time to act runs out.
        """
        self.notice()
        self.state = self.state.with_visit(warned=False, acted=True, unplugged_at=None)
        if self.phase in (Phase.GREETING, Phase.ANSWERING, Phase.CLARIFYING, Phase.TICKET):
            spoken_by = self.state.until if self.state.speaking is not None else self.at
            self.extend(max(self.allowance(), spoken_by - self.at))

    def home(self) -> None:
        """Back to the home screen, with nothing of the last question on it; the citizen stays."""
        self.hush()
        memory = self.visit.memory.at_home() if self.visit else Memory()
        self.state = self.state.with_visit(
            reply=None,
            printing=None,
            memory=memory,
            desk=None,
            browsing=False,
            by_department=False,
            search=None,
            caption="",
            caption_final=False,
            hint=False,
            handover="",
            staff_text="",
        )
        self.enter(Phase.GREETING, self.allowance())

    def goodbye(self, least: float) -> float:
        """How long goodbye goes on: ``least`` seconds, or while somebody who was answered may still say how it was."""
        timing, visit = self.state.timing, self.visit
        if visit is None or not visit.answered or visit.rating or self.state.absent_since is not None:
            return least
        return max(least, timing.rating * (timing.elder_factor if visit.elder or visit.guided else 1.0))

    def farewell(self) -> None:
        """Say goodbye; the visit ends with it."""
        seconds = self.goodbye(self.state.timing.farewell)
        if self.phase is not Phase.FAREWELL and self.enter(Phase.FAREWELL, seconds):
            self.state = replace(self.state, customer=False)
            self.state = self.state.with_visit(reply=None, printing=None, desk=None, caption="", warned=False)
            rates = self.visit is not None and self.visit.guided and self.visit.answered
            self.speak(Phrase.FAREWELL, Phrase.GUIDE_RATE if rates else None)

    def switch_language(self, lang: Language) -> None:
        """Change the visit's language; what is on the screen is asked for again in the new one."""
        visit = self.visit
        if visit is None or visit.lang == lang:
            return
        self.hush()
        self.state = self.state.with_visit(lang=lang, hint=False)
        if self.phase is Phase.HANDOVER:
            self.state = self.state.with_visit(
                reply=None
            )  # behind the call lies an answer in the other language
        elif self.phase in (Phase.ANSWERING, Phase.CLARIFYING) and visit.reply is not None:
            if visit.reply.matter is not None:
                self.ask(MatterAsked(visit.reply.matter, visit.reply.facet))
            else:
                self.home()

    # --- asking and answering ------------------------------------------------------------------------------

    def ask(self, request: Request, caption: str = "") -> None:
        """Put a question to the dialogue."""
        if not self.enter(Phase.THINKING, self.state.timing.thinking):
            return
        visit = self.visit
        if visit is None:
            return
        self.hush()
        turn = self.state.turns + 1
        self.state = replace(self.state, turns=turn).with_visit(
            turn=turn, turns=visit.turns + 1, caption=caption, caption_final=True, warned=False
        )
        self.effects.append(Ask(turn, request, visit.lang, visit.memory))

    def call_staff(self) -> None:
        """Ask the centre for a person; without a link, name the service desk at once.

        Who has been answered, or has waited in vain, may call again; a call that is still out is not repeated.
        """
        visit = self.visit
        if visit is None:
            return
        waiting = self.phase is Phase.HANDOVER and not (visit.handover_accepted or visit.handover_failed)
        if waiting:
            return
        if not self.enter(Phase.HANDOVER, self.state.timing.handover):
            return
        reachable = not self.state.is_down("link")
        number = self.state.turns + 1  # a second call of the same visit is another call
        handover = f"{self.state.run}-{visit.number}-{number}".lstrip("-")
        self.state = replace(self.state, turns=number).with_visit(
            turn=number,
            handover=handover,
            handover_failed=not reachable,
            handover_accepted=False,
            staff_text="",
            printing=None,
            desk=None,
            caption="",
        )
        if reachable:
            self.effects.append(CallStaff(handover, visit.number, visit.lang, visit.matters))
            self.speak(Phrase.CALLING_STAFF)
        else:
            self.extend(self.state.timing.inactivity)
            self.speak(Phrase.STAFF_BUSY)

    def summon_staff(self, matters: tuple[str, ...]) -> bool:
        """Ask the centre for a person while the answer about ``matters`` stays; whether one has been asked for.

        A call that is still out is not repeated. Without a link nobody is: the answer alone has to help.
        """
        visit = self.visit
        if visit is None or self.state.is_down("link"):
            return False
        if not visit.handover or visit.handover_accepted or visit.handover_failed:
            handover = f"{self.state.run}-{visit.number}-{visit.turn}".lstrip("-")
            self.state = self.state.with_visit(
                handover=handover, handover_failed=False, handover_accepted=False, staff_text=""
            )
            self.effects.append(CallStaff(handover, visit.number, visit.lang, matters))
        return True

    # --- sound ---------------------------------------------------------------------------------------------

    def speak(self, text: str | Phrase, then: Phrase | None = None) -> None:
        """Say something to the person who is here; with nobody here or no loudspeaker, nothing is said.

        Nor to whoever has pulled the headphones out, for it would be heard by all the hall.

        The phase's deadline moves behind the expected end of the sound.
        """
        state, visit = self.state, self.visit
        if not text or visit is None:
            return
        gone = state.absent_since is not None or visit.unplugged_at is not None
        if gone or state.is_down("speech"):
            self.hush()
            return
        number = state.utterances + 1
        length = state.timing.speaking(f"{text}{then or ''}")
        remaining = max(0.0, state.until - self.at)
        self.state = replace(
            state,
            utterances=number,
            speaking=Speaking(number, self.at + length),
            until=self.at + length + remaining,
        )
        rate = min(SLOW_RATE, visit.rate) if visit.elder else visit.rate
        self.effects.append(
            Speak(number, text, visit.lang, rate, visit.volume, then, private=state.headphones)
        )

    def speak_of(self, reply: Reply) -> None:
        """Say a reply; who listens to the screen is told how to go on."""
        guided = self.visit is not None and self.visit.guided
        self.speak(reply.speech, Phrase.GUIDE_NEXT if guided else None)

    def tell(self, phrase: Phrase) -> None:
        """Say a line to whoever pressed a key where no visit can be."""
        state = self.state
        if state.is_down("speech"):
            return
        number, length = state.utterances + 1, state.timing.speaking(phrase)
        self.state = replace(state, utterances=number, speaking=Speaking(number, self.at + length))
        volume = HEADPHONES_BEGIN if state.headphones else state.volume
        self.effects.append(
            Speak(number, phrase, state.site_lang, NORMAL_RATE, volume, private=state.headphones)
        )

    def say_again(self) -> None:
        """Repeat the answer, or the number, that is on the screen."""
        visit = self.visit
        if visit is not None and visit.desk is not None:
            here = (one for one in visit.tickets if visit.desk and one.ticket.queue == visit.desk.queue)
            self.speak(next((one.speech.get(visit.lang, "") for one in here), ""))
        elif visit is not None and visit.reply is not None:
            self.speak_of(visit.reply)

    def hush(self) -> None:
        """Stop the sound that is on."""
        if self.state.speaking is not None:
            self.state = replace(self.state, speaking=None)
            self.effects.append(Hush())

    def hold(self) -> None:
        """Fall silent in the middle, until it is known whether somebody interrupts."""
        self.state, effects = held(self.state, self.at)
        self.effects += effects

    def carry_on(self) -> None:
        """Say the rest of what was held."""
        self.state, effects = carried_on(self.state, self.at)
        self.effects += effects

    def fell_silent(self) -> None:
        """The sound has ended: the time to act starts now."""
        self.state = replace(self.state, speaking=None)
        timing, visit = self.state.timing, self.visit
        if visit is None or visit.warned:
            seconds = timing.warning
        elif self.phase is Phase.GREETING:
            seconds = self.allowance() if visit.acted else timing.greeting
        elif self.phase is Phase.FAREWELL:
            seconds = self.goodbye(1.0)
        elif self.phase in (Phase.ANSWERING, Phase.CLARIFYING, Phase.TICKET):
            seconds = self.allowance()
        elif self.phase is Phase.LISTENING:
            seconds = timing.listening
        else:
            return
        self.extend(seconds)

    # --- the end of a step ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Bring the ears in line with the state, and change knowledge when nobody is being served."""
        if self.state.knowledge_ready is not None and self.visit is None:
            self.effects.append(SwapKnowledge(self.state.knowledge_ready))
            self.state = replace(self.state, knowledge_ready=None)
        alone = self.phase in (Phase.IDLE, Phase.OUT_OF_SERVICE) and not self.state.customer
        if self.state.restart_wanted and self.visit is None and alone:
            self.effects.append(StartAgain())
            self.state = replace(self.state, restart_wanted=False)
        identity = self.state.identity
        served = self.visit is not None or self.state.corner is not None
        if identity is not None and (served or self.at >= identity.until):
            self.state = replace(self.state, identity=None)
        self.state, calls = settled_calls(self.state, self.at)
        self.effects += calls
        self.state, listen = settled_ears(self.state)
        if not self.state.overhearing:  # nobody is left to say that it was nothing
            self.carry_on()
        if listen is not None and self.state.listening:
            self.effects.append(listen)
        elif listen is not None:  # the ears close before anything is done; what they still tell comes first
            self.effects.insert(0, listen)
