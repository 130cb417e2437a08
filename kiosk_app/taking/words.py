"""An answer as plain text, short enough for a code that a phone reads from the screen."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Card, Language
from kiosk_app.taking.code import MOST_BYTES

_IMPORTANCE = (
    "materials",
    "window",
    "fee",
    "time_limit",
    "hours",
    "steps",
    "location",
    "online",
    "conditions",
    "legal_basis",
)
"""What is missed most at home or on the way comes first; a facet that is not named comes after these."""


def words_of(title: str, cards: Sequence[Card], lang: Language, most: int = MOST_BYTES) -> str:
    """The title and the cards in the order of the screen, in at most ``most`` bytes of UTF-8.

    When it is too long, whole cards are left out, the least important first, and never the one that was asked for
    before another; when even the last card is too long, whole lines at its end. What was left out is
    said in the last line. Nothing is ever cut within a line. Empty when not even the title has room.

    Only the title and the cards are told, which are the pack's own words: nothing that the citizen has said.
    """
    whole = _text(title, cards)
    if _fits(whole, most):
        return whole
    ending = translator(lang)(N_("… more at the window"))
    kept = list(cards)
    while len(kept) > 1:
        kept.remove(max(kept, key=_rank))
        if _fits(text := _text(title, kept, ending), most):
            return text
    for count in range(len(kept[0].items) - 1 if kept else 0, 0, -1):
        shorter = _lines(kept[0])[: count + _heading_lines(kept[0])]
        if _fits(text := "\n".join((title, *shorter, ending)), most):
            return text
    bare = f"{title}\n{ending}"
    return bare if _fits(bare, most) else ""


def _fits(text: str, most: int) -> bool:
    return len(text.encode()) <= most


def _rank(card: Card) -> int:
    if card.asked:
        return -1
    return _IMPORTANCE.index(card.facet) if card.facet in _IMPORTANCE else len(_IMPORTANCE)


def _text(title: str, cards: Sequence[Card], ending: str = "") -> str:
    lines = [title, *(line for card in cards for line in _lines(card))]
    return "\n".join([*lines, ending] if ending else lines)


def _heading_lines(card: Card) -> int:
    return 0 if card.kind == "fact" else 1


def _lines(card: Card) -> list[str]:
    """A fact on one line; of other cards the heading, and each entry on a line of its own."""
    ascii_only = card.title.isascii()
    if card.kind == "fact":
        return [
            f"{card.title}: {'; '.join(card.items)}"
            if ascii_only
            else f"{card.title}：{'；'.join(card.items)}"
        ]
    heading = f"[{card.title}]" if ascii_only else f"【{card.title}】"
    if card.kind == "steps":
        return [heading, *(f"{number}. {item}" for number, item in enumerate(card.items, 1))]
    if card.kind == "checklist":
        return [heading, *(f"- {item}" for item in card.items)]
    return [heading, *card.items]
