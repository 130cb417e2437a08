"""What each kiosk shall have, has, and says of it, by kind."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from fleet.server import tables


@dataclass(frozen=True, slots=True)
class Pack:
    """A target by name."""

    pack: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TargetView:
    """One kind of a kiosk. ``result`` is of the wanted revision: waiting, fetching, fetched, active, rejected,
    failed, or empty when nothing is wanted. ``step`` and ``percent`` are how far it is with that."""

    wanted: Pack | None = None
    running: Pack | None = None
    result: str = ""
    reason: str = ""
    step: str = ""
    percent: int = 0


NOTHING = TargetView()


def targets_of(tx: Connection) -> Mapping[str, Mapping[str, TargetView]]:
    """Every kiosk's targets by kind."""
    wanted = {
        (row.kiosk, row.kind): Pack(row.name, row.version, row.sha256)
        for row in tx.execute(
            select(tables.wish.c.kiosk, tables.target).join(
                tables.target, tables.target.c.path == tables.wish.c.path
            )
        )
    }
    told = {(row.kiosk, row.kind): row for row in tx.execute(select(tables.outcome))}
    jobs = {(row.kiosk, row.kind): row for row in tx.execute(select(tables.job))}
    answered = set(
        tx.execute(
            select(tables.desired.c.kiosk).join(
                tables.reported,
                (tables.reported.c.kiosk == tables.desired.c.kiosk)
                & (tables.reported.c.rev == tables.desired.c.rev),
            )
        ).scalars()
    )
    views: defaultdict[str, dict[str, TargetView]] = defaultdict(dict)
    for kiosk, kind in sorted({*wanted, *told}):
        want, said, job = wanted.get((kiosk, kind)), told.get((kiosk, kind)), jobs.get((kiosk, kind))
        running = None
        if said is not None and said.running_sha256:
            running = Pack(said.running_name, said.running_version, said.running_sha256)
        answer = said if want is not None and kiosk in answered else None
        result = "waiting" if want else ""
        if answer is not None:
            result = answer.result or result
        going = job if job is not None and result in ("fetching", "fetched") else None
        views[kiosk][kind] = TargetView(
            want,
            running,
            result,
            answer.reason if answer is not None else "",
            going.step if going is not None else "",
            going.percent if going is not None else 0,
        )
    return views
