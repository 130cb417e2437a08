"""When the ears are open, and to whom.

Who is guided by ear opens them with a key: otherwise every word of the hall would interrupt what is read out.
In idle they are open to who still stands here after a visit has timed out, and to anybody where nobody is noticed.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.session.effects import Listen
from kiosk_app.session.state import Phase, SessionState

_HEARING = frozenset({Phase.GREETING, Phase.LISTENING, Phase.ANSWERING, Phase.CLARIFYING, Phase.TICKET})


def settled_ears(state: SessionState) -> tuple[SessionState, Listen | None]:
    """The state with its ears as they have to be, and what is to be done for it, if anything.

    While the kiosk speaks they are closed, or in full duplex open to who interrupts it.
    """
    hearing = (
        (state.phase in _HEARING or (state.phase is Phase.IDLE and (state.customer or not state.watched)))
        and state.absent_since is None
        and not state.is_down("microphone")
        and not state.is_down("recognition")
        and not (state.visit is not None and state.visit.muted)
        and not (state.visit is not None and state.visit.guided and state.phase is not Phase.LISTENING)
    )
    listening = hearing and state.speaking is None
    # A call that is said to the hall is not cut short by whoever speaks there.
    overhearing = hearing and state.speaking is not None and state.full_duplex and state.visit is not None
    if (listening, overhearing) == (state.listening, state.overhearing):
        return state, None
    listen = Listen(listening or overhearing, over_speech=overhearing)
    return replace(state, listening=listening, overhearing=overhearing), listen
