"""What is said of tickets and calls, in both languages: numbers and windows, never anything of a person. Pure."""

from __future__ import annotations

from kiosk_app.i18n import N_, translator
from kiosk_app.queues.port import Call, Ticket
from kiosk_app.reply import LANGUAGES, Language
from voice.numerals_zh import digits_zh


def read_out(number: str, lang: Language) -> str:
    """A number as it is called: letter, then digit by digit."""
    letters, digits = number.rstrip("0123456789"), number[len(number.rstrip("0123456789")) :]
    spoken = digits_zh(digits, one="一") if lang == "zh" else " ".join(digits)
    return f"{' '.join(letters)} {spoken}".strip()


def of_ticket(ticket: Ticket) -> dict[Language, str]:
    """The number, and how many come before it."""
    return {lang: _of_ticket(ticket, lang) for lang in LANGUAGES}


def of_call(call: Call) -> dict[Language, str]:
    """Which number to which window."""
    return {
        lang: translator(lang)(N_("Number {number}, please go to window {window}.")).format(
            number=read_out(call.number, lang), window=call.window
        )
        for lang in LANGUAGES
    }


def _of_ticket(ticket: Ticket, lang: Language) -> str:
    if ticket.ahead is None:
        words = N_("Your number is {number}.")
    elif ticket.ahead == 0:
        words = N_("Your number is {number}. You are next.")
    elif ticket.ahead == 1:
        words = N_("Your number is {number}. One person is before you.")
    else:
        words = N_("Your number is {number}. {ahead} people are before you.")
    return translator(lang)(words).format(number=read_out(ticket.number, lang), ahead=ticket.ahead)
