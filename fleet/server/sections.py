"""The page's sections as HTML, made from views. Pure functions; every value is escaped."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import get_args

from fleet.protocol.tree import KINDS, Kind
from fleet.server.lights import LightName
from fleet.server.target_views import NOTHING, TargetView
from fleet.server.views import HandoverView, KioskView, TodayView, VisitView
from fleet.server.words import Words

MOST_CARDS = 60
_CLOCK_TOLERANCE_MS = 60_000
_BAD = ("rejected", "returned", "failed")


def clock(millis: int | None) -> str:
    """Time of day; with the date when it was not today."""
    if millis is None:
        return ""
    then, today = time.localtime(millis / 1000), time.localtime()
    same_day = (then.tm_year, then.tm_yday) == (today.tm_year, today.tm_yday)
    return time.strftime("%H:%M" if same_day else "%m-%d %H:%M", then)


def duration(seconds: float, words: Words) -> str:
    """Seconds for people."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} {words['seconds']}"
    return f"{whole // 60} {words['minutes']} {whole % 60:02d} {words['seconds']}"


def link(connected: bool, since: int, words: Words) -> str:
    """The server's own link to the broker."""
    name = words["link_up"] if connected else words["link_down"]
    text = f"{name} · {words['since']} {clock(since)}"
    return f'<div class="link {"up" if connected else "down"}"><i class="dot"></i>{escape(text)}</div>'


def banner(problem: str, words: Words) -> str:
    """Said large while the server knows nothing: the page must not pretend otherwise."""
    return f'<div class="banner"><b>{escape(words["link_down_hint"])}</b><span>{escape(problem)}</span></div>'


def handover_text(view: HandoverView, titles: Mapping[str, str], words: Words) -> str:
    """What a citizen waits for, and where."""
    matters = "、" if words.lang == "zh" else ", "
    named = matters.join(titles.get(matter, matter) for matter in view.matters) or words["no_matter"]
    note = ""
    if view.reason:
        note = f'<span class="note bad">{words["not_taken"]} · {escape(view.reason)}</span>'
    elif not view.reachable:
        note = f'<span class="note bad">{words["unreachable"]}</span>'
    language = f'<span class="tag">{escape(words.of("lang", view.lang))}</span>' if view.lang else ""
    return f'<div class="ask"><b>{escape(named)}</b><span>{escape(view.kiosk)}</span>{language}{note}</div>'


def waited(view: HandoverView, now: int, words: Words) -> str:
    """How long a citizen has been waiting."""
    return f"{words['waited']} {duration((now - view.at) / 1000, words)}"


def kiosks(views: Sequence[KioskView], words: Words) -> str:
    """A card for each kiosk; of many kiosks only for those in trouble, and how many there are of each light.

    Nobody reads thousands of cards, and no browser should be sent them every second.
    """
    if not views:
        return f'<p class="empty">{escape(words["kiosks_none"])}</p>'
    if len(views) <= MOST_CARDS:
        return _cards(views, words)
    shown = [view for view in views if _is_troubled(view)][:MOST_CARDS]
    rest = f"{words['kiosks_more']} {len(views) - len(shown):,} · kiosk-fleet kiosks list"
    return _counts(views, words) + _cards(shown, words) + f'<p class="empty">{escape(rest)}</p>'


def _cards(views: Sequence[KioskView], words: Words) -> str:
    return '<div class="kiosks">' + "".join(_kiosk(view, words) for view in views) + "</div>"


def _counts(views: Sequence[KioskView], words: Words) -> str:
    lights = Counter(view.light for view in views)
    lamps = "".join(
        f'<span class="light {light}"><i class="dot"></i>{words[light]} {lights[light]:,}</span>'
        for light in get_args(LightName)
        if lights[light]
    )
    return f'<div class="lights">{lamps}</div>'


def _is_troubled(view: KioskView) -> bool:
    went_wrong = any(target.result in _BAD for target in view.targets.values())
    return (
        view.light != "online" or went_wrong or bool(view.lost or view.dropped or view.refused or view.faults)
    )


def today(view: TodayView, titles: Mapping[str, str], words: Words) -> str:
    """Counts and bars since midnight."""
    answered = dict(view.acts).get("answer", 0)
    share = f"{100 * answered / view.turns:.0f}<small>%</small>" if view.turns else "–"
    numbers = (
        f'<div class="numbers"><div><b>{view.visits}</b><span>{words["visits_today"]}</span></div>'
        f"<div><b>{view.turns}</b><span>{words['turns_today']}</span></div>"
        f"<div><b>{share}</b><span>{words['answered']}</span></div></div>"
    )
    if not view.turns:
        return numbers + f'<p class="empty">{words["nothing_yet"]}</p>'
    matters = [(titles.get(name, name), count, str(count)) for name, count in view.matters]
    acts = [(words.of("act", name), count, str(count)) for name, count in view.acts]
    ratings = [(words.of("rating", name), count, str(count)) for name, count in view.ratings]
    steps = [
        (words.of("latency", name), value, f"{value:.0f} {words['millis']}") for name, value in view.medians
    ]
    return (
        numbers
        + _bars(words["matters_today"], matters, "")
        + _bars(words["acts_today"], acts, "quiet")
        + _bars(words["latency_today"], steps, "ok")
        + (_bars(words["ratings_today"], ratings, "quiet") if ratings else "")
    )


def visits(views: Sequence[VisitView], titles: Mapping[str, str], words: Words) -> str:
    """The newest visits as a table."""
    if not views:
        return f'<p class="empty">{words["visits_none"]}</p>'
    heads = ("col_time", "col_kiosk", "col_matters", "col_turns", "col_length", "col_outcome")
    head = "".join(f"<th>{words[name]}</th>" for name in heads)
    body = "".join(_visit(view, titles, words) for view in views)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _kiosk(view: KioskView, words: Words) -> str:
    since = ""
    if view.light in ("offline", "checking") and view.since:
        since = f" · {words['since']} {clock(view.since)}"
    light = f'<span class="light {view.light}"><i class="dot"></i>{words[view.light]}{since}</span>'
    # Knowledge always, for no kiosk is without it; the rest where the centre has sent some.
    targets = {"knowledge": NOTHING, **view.targets}
    installed = "".join(_target(kind, targets[kind], words) for kind in KINDS if kind in targets)
    return (
        f'<article class="kiosk {view.light}"><header><h3>{escape(view.id)}</h3>{light}</header>'
        f"{installed}{_notes(view, words)}</article>"
    )


def _target(kind: Kind, view: TargetView, words: Words) -> str:
    running = f"<i>{words['knowledge_none'] if kind == 'knowledge' else '–'}</i>"
    if view.running is not None:
        running = f"<b>{escape(view.running.pack)} {escape(view.running.version)}</b>"
    return f'<div class="row"><span>{words.of("kind", kind)}</span>{running}</div>{_update(view, words)}'


def _update(view: TargetView, words: Words) -> str:
    if view.wanted is None:
        return ""
    wanted = f"{view.wanted.pack} {view.wanted.version}"
    state = words[f"update_{view.result}"]
    if view.result == "fetching" and view.percent:
        state += f" {view.percent} %"
    bad = view.result in _BAD
    if view.result == "active":
        return f'<div class="row"><span></span><em class="good">✓ {state}</em></div>'
    reason = f'<p class="reason">{escape(view.reason)}</p>' if view.reason else ""
    return (
        f'<div class="update {"bad" if bad else ""}"><b>{escape(wanted)}</b>'
        f"<span>{'✕ ' if bad else '→ '}{state}</span>{reason}</div>"
    )


def _notes(view: KioskView, words: Words) -> str:
    notes = []
    if view.depth:
        notes.append(f"{words['waiting_records']} {view.depth}")
    if view.dropped:
        notes.append(f"{words['dropped_records']} {view.dropped}")
    if view.lost:
        notes.append(f"{words['lost_records']} {view.lost}")
    if view.clock_skew_ms is not None and abs(view.clock_skew_ms) > _CLOCK_TOLERANCE_MS:
        notes.append(f"{words['clock_off']} {duration(abs(view.clock_skew_ms) / 1000, words)}")
    if view.copied_at is not None:
        notes.append(f"{words['copied']} {clock(view.copied_at)}")
    if view.refused:
        notes.append(f"{words['refused_messages']} {view.refused}: {view.refusal}")
    notes.extend(f"{words['faults']}: {fault}" for fault in view.faults[-2:])
    versions = " · ".join(f"{name} {version}" for name, version in sorted(view.versions.items()))
    bad = "".join(f"<li>{escape(note)}</li>" for note in notes)
    foot = f"<footer>{escape(versions)}</footer>" if versions else ""
    return (f'<ul class="notes">{bad}</ul>' if bad else "") + foot


def _bars(title: str, rows: Sequence[tuple[str, float, str]], kind: str) -> str:
    if not rows:
        return ""
    largest = max(value for _, value, _ in rows) or 1
    bars = "".join(
        f'<li><span title="{escape(name)}">{escape(name)}</span>'
        f'<i><u style="width:{max(100 * value / largest, 1.5):.1f}%"></u></i><b>{escape(shown)}</b></li>'
        for name, value, shown in rows
    )
    return f'<h4>{title}</h4><ul class="bars {kind}">{bars}</ul>'


def _visit(view: VisitView, titles: Mapping[str, str], words: Words) -> str:
    matters = "".join(
        f'<span class="tag">{escape(titles.get(name, name))}</span>' for name in view.matters[:4]
    )
    more = f'<span class="more">+{len(view.matters) - 4}</span>' if len(view.matters) > 4 else ""
    length = "" if view.seconds is None else duration(view.seconds, words)
    outcome = (
        words.of("outcome", view.outcome) if view.outcome else words["ongoing" if view.ongoing else "cut_off"]
    )
    ongoing = ' class="ongoing"' if view.ongoing else ""
    cells = (clock(view.started_at), escape(view.kiosk), matters + more or "–", str(view.turns), length)
    return (
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + f"<td{ongoing}>{escape(outcome)}</td></tr>"
    )
