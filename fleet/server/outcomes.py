"""What kiosks report of the targets that were wished onto them, and how far they are."""

from sqlalchemy import Connection, bindparam, delete, insert

from fleet.protocol.tree import KINDS
from fleet.protocol.updates import Job, Reported
from fleet.server import tables
from fleet.server.upsert import put

_FORGET = delete(tables.outcome).where(tables.outcome.c.kiosk == bindparam("of"))
_ENTER = insert(tables.outcome)


def remember(tx: Connection, kiosk: str, reported: Reported, now: int) -> None:
    """Enter a report: it says all there is, so what it does not mention is no more."""
    put(tx, tables.reported, {"kiosk": kiosk}, {"rev": reported.rev, "at": now})
    tx.execute(_FORGET, {"of": kiosk})
    for kind in KINDS:
        if kind not in reported.results and kind not in reported.running:
            continue
        told, running = reported.results.get(kind), reported.running.get(kind)
        row = {
            "kiosk": kiosk,
            "kind": kind,
            "result": told.result if told else None,
            "reason": told.reason if told else "",
            "running_name": running.name if running else None,
            "running_version": running.version if running else None,
            "running_sha256": running.sha256 if running else None,
        }
        tx.execute(_ENTER, row)


def follow(tx: Connection, kiosk: str, job: Job) -> None:
    """Enter how far a kiosk is."""
    put(tx, tables.job, {"kiosk": kiosk, "kind": job.kind}, job.model_dump(exclude={"kind"}))
