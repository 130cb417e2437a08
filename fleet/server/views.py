"""What the API and the page show: read-only pictures of the store, without any personal data."""

import statistics
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, func, select

from fleet.server import tables
from fleet.server.copies import ENOUGH
from fleet.server.lights import NEVER, LightName, Shown, read_lights
from fleet.server.store import Store, now_ms
from fleet.server.target_views import NOTHING, Pack, TargetView, targets_of

_LATENCY_SAMPLE = 2000  # newest turns of today that medians are taken over


@dataclass(frozen=True, slots=True)
class KioskView:
    """A kiosk. ``since`` belongs to the light; times are ms since 1970. ``running`` to ``reason`` are of knowledge."""

    id: str
    light: LightName
    since: int | None
    last_seen: int | None
    versions: Mapping[str, str]
    running: Pack | None
    wanted: Pack | None
    wanted_rev: int
    reported_rev: int
    result: str  # of the wanted revision: waiting, "" when there is none, or as TargetResult
    reason: str
    depth: int
    dropped: int
    lost: int
    clock_skew_ms: int | None
    faults: tuple[str, ...]
    refused: int
    refusal: str
    targets: Mapping[str, TargetView]
    """By kind, knowledge included."""
    copied_at: int | None
    """When it was last seen that two devices have this name; None when there is no sign of it."""


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit that has begun. ``outcome`` is empty when no end is known: it goes on, or was cut off."""

    kiosk: str
    visit: str
    started_at: int
    turns: int
    seconds: float | None
    outcome: str
    ongoing: bool
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A citizen who waits (or waited) for a person."""

    id: str
    kiosk: str
    at: int
    lang: str
    matters: tuple[str, ...]
    state: str
    reason: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class TodayView:
    """Since midnight of this machine's time zone. ``medians``: milliseconds by step; ``ratings``: how many of each."""

    visits: int
    turns: int
    matters: tuple[tuple[str, int], ...]
    acts: tuple[tuple[str, int], ...]
    medians: tuple[tuple[str, float], ...]
    ratings: tuple[tuple[str, int], ...] = ()


class Views:
    """Reads pictures out of the store. ``link_up`` is whether the server hears the kiosks now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._today: tuple[tuple[int, int], TodayView] | None = None

    def kiosks(self, link_up: bool) -> list[KioskView]:
        """Every kiosk, by id."""
        joined = (
            tables.kiosk.outerjoin(tables.desired, tables.desired.c.kiosk == tables.kiosk.c.id)
            .outerjoin(tables.reported, tables.reported.c.kiosk == tables.kiosk.c.id)
            .outerjoin(tables.returned, tables.returned.c.kiosk == tables.kiosk.c.id)
        )
        statement = (
            select(
                tables.kiosk,
                tables.returned.c.times.label("returned"),
                tables.returned.c.at.label("returned_at"),
                tables.desired.c.rev.label("wanted_rev"),
                tables.reported.c.rev.label("reported_rev"),
            )
            .select_from(joined)
            .order_by(tables.kiosk.c.id)
        )
        with self._store.reading() as tx:
            lights, targets = read_lights(tx, link_up, now_ms()), targets_of(tx)
            rows = tx.execute(statement)
            return [_kiosk(row._mapping, targets.get(row.id, {}), lights.get(row.id, NEVER)) for row in rows]

    def visits(self, link_up: bool, limit: int = 20) -> list[VisitView]:
        """The newest visits first."""
        online = {kiosk.id for kiosk in self.kiosks(link_up) if kiosk.light == "online"}
        columns = tables.record.c
        newest = (
            select(tables.record, tables.kiosk.c.boot.label("current_boot"))
            .join(tables.kiosk, tables.kiosk.c.id == columns.kiosk)
            .where(columns.kind == "visit.started")
            .order_by(columns.at.desc(), columns.id.desc())
            .limit(limit)
        )
        with self._store.reading() as tx:
            return [_visit(tx, row._mapping, online) for row in tx.execute(newest)]

    def handovers(self, link_up: bool, limit: int = 50) -> list[HandoverView]:
        """Open hand-overs first, the longest waiting at the top; then the newest closed ones."""
        columns = tables.handover.c
        online = {kiosk.id for kiosk in self.kiosks(link_up) if kiosk.light == "online"}
        is_open = columns.state.in_(("waiting", "accepting"))
        with self._store.reading() as tx:
            waiting = tx.execute(select(tables.handover).where(is_open).order_by(columns.at)).all()
            others = tx.execute(
                select(tables.handover).where(~is_open).order_by(columns.changed_at.desc()).limit(limit)
            ).all()
        return [
            HandoverView(
                id=row.id,
                kiosk=row.kiosk,
                at=row.at,
                lang=row.lang,
                matters=tuple(row.matters),
                state=row.state,
                reason=row.reason,
                reachable=row.kiosk in online,
            )
            for row in (*waiting, *others)
        ]

    def today(self) -> TodayView:
        """Counts and medians since midnight; computed again only when a record has come."""
        midnight = int(
            datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000
        )
        with self._store.reading() as tx:
            newest = tx.execute(select(func.max(tables.record.c.id))).scalar() or 0
            if self._today is None or self._today[0] != (newest, midnight):
                self._today = (newest, midnight), _today(tx, midnight)
        return self._today[1]

    def titles(self, lang: str) -> dict[str, str]:
        """Titles of matters: the catalogue's, and over them those of every pack published, newest last."""
        columns = tables.target.c
        merged = dict(_catalogue_titles(lang))
        with self._store.reading() as tx:
            for titles in tx.execute(select(columns.titles).order_by(columns.added_at)).scalars():
                merged.update({name: title[lang] for name, title in titles.items() if lang in title})
        return merged


@cache
def _catalogue_titles(lang: str) -> Mapping[str, str]:
    from models.knowledge.catalogue import catalogue

    return {name: entry.title_zh if lang == "zh" else entry.title_en for name, entry in catalogue().items()}


def _kiosk(row: RowMapping, targets: Mapping[str, TargetView], light: Shown) -> KioskView:
    values, knowledge = dict(row), targets.get("knowledge", NOTHING)
    wanted_rev, reported_rev = values["wanted_rev"] or 0, values["reported_rev"] or 0
    return KioskView(
        id=values["id"],
        light=light.name,
        since=light.since,
        last_seen=values["last_seen"],
        versions=values["versions"],
        running=knowledge.running,
        wanted=knowledge.wanted,
        wanted_rev=wanted_rev,
        reported_rev=reported_rev,
        result=knowledge.result,
        reason=knowledge.reason,
        depth=values["depth"],
        dropped=values["dropped"],
        lost=values["lost"],
        clock_skew_ms=values["clock_skew_ms"],
        faults=tuple(values["faults"]),
        refused=values["refused"],
        refusal=values["refusal"],
        targets=targets,
        copied_at=values["returned_at"] if (values["returned"] or 0) >= ENOUGH else None,
    )


def _visit(tx: Connection, started: RowMapping, online: Collection[str]) -> VisitView:
    columns = tables.record.c
    rows = tx.execute(
        select(columns.kind, columns.matter, columns.data)
        .where(
            columns.kiosk == started["kiosk"],
            columns.boot == started["boot"],
            columns.visit == started["visit"],
        )
        .order_by(columns.seq)
    ).all()
    ended = next((row.data for row in rows if row.kind == "visit.ended"), None)
    turns = sum(row.kind == "turn" for row in rows)
    return VisitView(
        kiosk=str(started["kiosk"]),
        visit=str(started["visit"]),
        started_at=int(str(started["at"])),
        turns=turns,
        seconds=None if ended is None else float(ended["seconds"]),
        outcome="" if ended is None else str(ended.get("outcome", "ended")),
        # A kiosk that is gone, or has restarted since, has nobody in front of it that we know of.
        ongoing=ended is None and started["kiosk"] in online and started["boot"] == started["current_boot"],
        matters=tuple(dict.fromkeys(row.matter for row in rows if row.matter)),
    )


def _today(tx: Connection, midnight: int) -> TodayView:
    columns = tables.record.c
    turns_today = (columns.kind == "turn") & (columns.at >= midnight)

    def counted(column: Column[Any], limit: int) -> tuple[tuple[str, int], ...]:
        count = func.count().label("number")
        statement = (
            select(column.label("name"), count).where(turns_today, column.is_not(None)).group_by(column)
        )
        ranked = tx.execute(statement.order_by(count.desc(), column).limit(limit))
        return tuple((row.name, row.number) for row in ranked)

    recent = tx.execute(
        select(columns.data).where(turns_today).order_by(columns.at.desc()).limit(_LATENCY_SAMPLE)
    )
    taken = list(recent.scalars())
    medians = [
        (name, statistics.median(values))
        for name in tables.LATENCIES
        if (values := [data[name] for data in taken if data.get(name) is not None])
    ]
    visits = tx.execute(
        select(func.count()).where(columns.kind == "visit.started", columns.at >= midnight)
    ).scalar_one()
    rated = tx.execute(select(columns.data).where(columns.kind == "rating", columns.at >= midnight)).scalars()
    ratings = Counter(str(data["rating"]) for data in rated)
    return TodayView(
        visits=visits,
        turns=tx.execute(select(func.count()).where(turns_today)).scalar_one(),
        matters=counted(columns.matter, 8),
        acts=counted(columns.act, 10),
        medians=tuple(medians),
        ratings=tuple((rating, ratings[rating]) for rating in ("3", "2", "1") if ratings),
    )
