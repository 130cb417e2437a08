"""The wish for a number: said in so many words, or taken up when it was offered."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.dialogue.cues import Words, cues
from kiosk_app.dialogue.desk import Asked, Desk, Turn
from kiosk_app.dialogue.meaning import mean
from kiosk_app.memory import Memory
from kiosk_app.ticket_view import TAKE_NUMBER


def ticket_wanted(desk: Desk, memory: Memory, words: Words) -> Turn | None:
    """ "Take a number", "a number for the passport": no question about it, but the wish itself."""
    match = cues(words.lang).whole("ticket", words.text)
    if match is None or not desk.knowledge.hall.queues:
        return None
    subject = next((part for part in match.groupdict().values() if part), "")
    named = _named(desk, subject) if subject else None
    if subject and named is None:
        return None
    turn = desk.open(memory.settled(), TAKE_NUMBER, Asked())
    return wished(desk, memory, turn, named) if turn is not None else None


def wished(desk: Desk, memory: Memory, turn: Turn, named: str | None = None) -> Turn:
    """The same turn with the wish in it, when it has come to the matter that says how one gets a number.

    The queue is the one that was named, that of what is talked about, or the only one there is.
    """
    told, reply = turn
    queues = desk.knowledge.hall.queues
    if reply.act != "answer" or reply.matter != TAKE_NUMBER or not queues:
        return turn
    queue = named or _talked_of(desk, memory) or (queues[0].id if len(queues) == 1 else "")
    return told, replace(reply, ticket=queue)


def _talked_of(desk: Desk, memory: Memory) -> str:
    """The queue of the matter that is talked about, or of the one before the question about numbers."""
    names = [seen.matter for seen in (*memory.past, *((memory.now,) if memory.now else ()))]
    latest = next((name for name in reversed(names) if name != TAKE_NUMBER), "")
    queue = desk.knowledge.queue_of(latest)
    return queue.id if queue is not None and memory.now is not None else ""


def _named(desk: Desk, subject: str) -> str | None:
    """The queue of the matter that is named; of several that may be meant, when they have one queue."""
    labels = mean(desk, subject).decision.labels
    queues = {queue.id if (queue := desk.knowledge.queue_of(label)) else "" for label in labels}
    return next(iter(queues)) or None if len(queues) == 1 else None
