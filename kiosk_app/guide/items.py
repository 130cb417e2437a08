"""From what the screen shows to what is heard of it; pure.

Every target on the screen is an item here, and posts what a touch on it posts. A new screen is one more function in
``_SCREENS``; until it has one, only the ways out of it are heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple
from string import ascii_lowercase

from kiosk_app import events as ev
from kiosk_app.guide.page import NO_PAGE, Item, Page
from kiosk_app.guide.reading import Line, Reader, join, ways
from kiosk_app.guide.tickets import called, number_taken, queues, ticket, ticket_offer
from kiosk_app.i18n import N_, translator
from kiosk_app.opening_words import opening_parts
from kiosk_app.plan.words import titled, way_told
from kiosk_app.rates import NORMAL_RATE, following
from kiosk_app.reply import Card, Language
from kiosk_app.view import Screen, ViewData

_FASTER, _SLOWER = N_("Faster"), N_("Slower")


def page_of(view: ViewData, at: float) -> Page:
    """What is heard of ``view`` when a key is pressed at the monotonic time ``at``; nothing of the staff corner."""
    if view.corner is not None or view.screen == "out_of_service":
        return NO_PAGE
    _ = translator(view.lang)
    reader = Reader(view, at, _)
    read = (*_SCREENS.get(view.screen, ways)(reader), *_cover(reader))
    lines = [line for line in read if line.words]
    letters = view.search.letters if view.search else ""
    way = "by department" if view.by_department else ""
    place = (view.screen, view.lang, view.title, view.speech, letters, way)
    return Page(place, tuple(_item(_, line, number, len(lines)) for number, line in enumerate(lines, 1)))


def _item(_: Callable[[str], str], line: Line, number: int, count: int) -> Item:
    words = line.words if line.does is None else _("{words}. Press 5 to choose").format(words=line.words)
    said = _("Item {number} of {count}: {words}").format(number=number, count=count, words=words)
    return Item(said, line.does, _key(line))


def _key(line: Line) -> str:
    """What it does, but for when; of a line that does nothing, its words."""
    if line.does is None:
        return line.words
    return f"{type(line.does).__name__}{astuple(line.does)[1:]}"


def _cover(read: Reader) -> Iterator[Line]:
    """The screen is covered against eyes; it hides nothing from ears, so it comes last."""
    if read.view.covered:
        yield Line(read._("Somebody can read along"))
        yield read.way("Show it again", ev.UncoverPressed)


def _home(read: Reader) -> Iterator[Line]:
    view, at, _ = read.view, read.at, read._
    yield Line(view.message)
    yield from called(read)
    yield Line(join(_, *opening_parts(view.opening, _)))
    for topic in view.frequent:
        yield Line(topic.label, ev.MatterChosen(at, topic.matter))
    yield from number_taken(read)
    for tile in view.topics:
        yield Line(join(_, tile.title, tile.subtitle), ev.TopicGroupChosen(at, tile.group))
    yield read.way("All services", ev.TopicsOpened)
    if view.can_speak:
        yield read.way("Speak", ev.SpeakPressed)
    yield read.way("Call staff", ev.PersonRequested)
    yield from _settings(read)


def _settings(read: Reader) -> Iterator[Line]:
    view, at = read.view, read.at
    other: Language = "en" if view.lang == "zh" else "zh"
    yield Line(read._("Change the language"), ev.LanguageChosen(at, other))
    words = _FASTER if view.rate < NORMAL_RATE else _SLOWER
    yield Line(read._(words), ev.RateChosen(at, following(view.rate)))
    yield read.way("Normal text" if view.elder else "Large text", ev.ElderToggled)
    yield read.way("Colours" if view.contrast else "Contrast", ev.ContrastToggled)
    yield read.way("Raise" if view.lowered else "Lower", ev.LoweredToggled)
    yield from _privacy(read)


def _privacy(read: Reader) -> Iterator[Line]:
    view, _ = read.view, read._
    yield Line(_("Your voice is understood inside this kiosk. No sound is stored or sent."))
    if view.camera == "off":
        yield Line(_("This kiosk uses no camera."))
    else:
        ours = "The camera only notices that somebody is near. No picture is stored, no face is recognised."
        yield Line(_(ours))
        yield Line(view.camera_notice)
    yield Line(_("What you said and saw here is deleted as soon as you leave."))
    turn = "Turn the microphone on" if view.muted else "Turn the microphone off"
    yield read.way(turn, ev.MuteToggled)


def _topics(read: Reader) -> Iterator[Line]:
    view = read.view
    for tile in view.departments if view.by_department else view.topics:
        yield Line(join(read._, tile.title, tile.subtitle), ev.TopicGroupChosen(read.at, tile.group))
    if view.departments:
        yield read.way("By topic", ev.TopicsOpened)
        yield read.way("By department", ev.DepartmentsOpened)
    yield read.way("Search by letters", ev.SearchOpened)
    yield from ways(read)


def _search(read: Reader) -> Iterator[Line]:
    """What was found first; then the letters, for who would rather spell than listen to all of it."""
    search, at, _ = read.view.search, read.at, read._
    if search is not None:
        if not search.found:
            yield Line(_("Nothing found"))
        for topic in search.found:
            yield Line(topic.label, ev.MatterChosen(at, topic.matter))
        yield Line(_("Delete"), ev.SearchKeyPressed(at, "delete"))
        yield Line(_("Clear"), ev.SearchKeyPressed(at, "clear"))
        for letter in ascii_lowercase:
            words = _("The letter {letter}").format(letter=letter.upper())
            yield Line(words, ev.SearchKeyPressed(at, letter))
    if read.view.can_speak:
        yield read.way("Speak", ev.SpeakPressed)
    yield from ways(read)


def _answer(read: Reader) -> Iterator[Line]:
    view, at, _ = read.view, read.at, read._
    for card in sorted(view.cards, key=lambda card: not card.asked):
        yield from _card(_, card)
        if card.facet == "hours":
            yield Line(join(_, *opening_parts(view.opening, _)))
    if view.plan is not None:
        yield Line(join(_, titled(view.plan, _), way_told(view.plan, _)))
    yield Line(view.note)
    yield from _choices(read)
    yield from ticket_offer(read)
    yield read.way("Repeat", ev.RepeatPressed)
    if view.printing == "ready":
        yield Line(_("Print it"), ev.PrintPressed(at))
    yield read.way("Done", ev.FinishPressed)
    yield from ways(read)


def _card(_: Callable[[str], str], card: Card) -> Iterator[Line]:
    count = len(card.items)
    for number, line in enumerate(card.items, 1):
        form = _("{title}: {line}") if count == 1 else _("{title}, {number} of {count}: {line}")
        yield Line(form.format(title=card.title, number=number, count=count, line=line))


def _choices(read: Reader) -> Iterator[Line]:
    for choice in read.view.choices:
        yield Line(join(read._, choice.label, choice.detail), ev.ChoiceTaken(read.at, target=choice.target))


def _clarify(read: Reader) -> Iterator[Line]:
    yield from _choices(read)
    yield from ways(read)


def _handover(read: Reader) -> Iterator[Line]:
    view, _ = read.view, read._
    if view.handover_accepted:
        yield Line(view.staff_text or _("A member of staff will help you"))
    elif view.handover_failed:
        yield Line(_("Please go to the service desk"))
    else:
        yield Line(_("Please wait here, or go to the service desk"))
    yield read.way("Back", ev.BackPressed)
    yield read.way("Home", ev.HomePressed)
    yield read.way("Done", ev.FinishPressed)
    yield read.way("Call again", ev.PersonRequested)


def _farewell(read: Reader) -> Iterator[Line]:
    if read.view.may_rate:
        for rating, label in ((3, "Good"), (2, "So-so"), (1, "Poor")):
            yield Line(read._(label), ev.RatingGiven(read.at, rating))
    yield read.way("Home", ev.HomePressed)
    yield read.way("Call staff", ev.PersonRequested)


_SCREENS: Mapping[Screen, Callable[[Reader], Iterator[Line]]] = {
    "attract": _home,
    "topics": _topics,
    "search": _search,
    "listening": ways,  # the visitor's own words are not said back to all the hall
    "answer": _answer,
    "clarify": _clarify,
    "queues": queues,
    "ticket": ticket,
    "handover": _handover,
    "farewell": _farewell,
}
