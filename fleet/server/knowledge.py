"""The centre's artefacts: stored by hash, wished for by revision, handed out in small pieces."""

import contextlib
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import Connection, select

from fleet.protocol.messages import MAX_ARTEFACT_BYTES, Artefact, ChunkHeader, ChunkRequest, Desired
from fleet.server import tables
from fleet.server.errors import FleetError
from fleet.server.store import Store, now_ms
from fleet.server.upsert import insert_into, put

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Label:
    """What an artefact says of itself; ``titles``: matter id → title by language."""

    pack: str
    version: str
    titles: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published, and the revision each kiosk was given."""

    artefact: Artefact
    revisions: dict[str, int]


def read_label(path: Path) -> Label:
    """Open an artefact as a kiosk would. Raises FleetError ``pack.invalid`` or ``pack.models``."""
    try:
        from models.knowledge import KnowledgeError, load_knowledge
    except ImportError as error:
        raise FleetError(
            "pack.models", f"cannot read artefacts here ({error}); install yingbin[server]"
        ) from error
    try:
        knowledge = load_knowledge(path)
    except KnowledgeError as error:
        raise FleetError(
            "pack.invalid", f"not a knowledge artefact that a kiosk would take: {error}"
        ) from error
    titles = {name: dict(matter.title) for name, matter in knowledge.matters.items()}
    return Label(knowledge.id, knowledge.version, titles)


class Library:
    """Artefacts in ``folder/<sha256>.ybk`` and who shall have which."""

    def __init__(self, store: Store, folder: Path, label: Callable[[Path], Label] = read_label) -> None:
        self._store = store
        self._folder = folder
        self._label = label
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, pieces: Iterable[bytes]) -> Artefact:
        """Take an artefact's bytes in: bounded, checked, stored by its hash.

        Raises FleetError ``pack.size``, ``pack.invalid`` or ``pack.models``.
        """
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".incoming")
        incoming = Path(name)
        try:
            digest, size = _copy(pieces, handle)
            label = self._label(incoming)
            try:
                artefact = Artefact(pack=label.pack, version=label.version, sha256=digest, size=size)
            except ValidationError as error:
                where = ", ".join(str(item["loc"][0]) for item in error.errors())
                raise FleetError("pack.invalid", f"the artefact's {where} cannot go over the wire") from None
            incoming.replace(self._folder / f"{digest}.ybk")
        finally:
            with contextlib.suppress(FileNotFoundError):
                incoming.unlink()
        values = {"pack": artefact.pack, "version": artefact.version, "size": size, "titles": label.titles}
        with self._store.writing() as tx:
            put(tx, tables.artefact, {"sha256": digest}, {"added_at": now_ms(), **values}, values)
        return artefact

    def publish(self, artefact: Artefact, kiosks: Sequence[str] = ()) -> Publication:
        """Wish an artefact onto ``kiosks`` (none named: all).

        Raises FleetError ``kiosk.unknown`` or ``kiosk.none``.
        """
        with self._store.writing() as tx:
            known = set(tx.execute(select(tables.kiosk.c.id)).scalars())
            unknown = sorted(set(kiosks) - known)
            if unknown:
                raise FleetError(
                    "kiosk.unknown", f"no kiosk {unknown[0]!r} is known; see kiosk-fleet kiosks list"
                )
            if not known:
                raise FleetError("kiosk.none", "no kiosk is known yet; add one with kiosk-fleet kiosk add ID")
            chosen = sorted(kiosks or known)
            return Publication(artefact, {kiosk: _wish(tx, kiosk, artefact.sha256) for kiosk in chosen})

    def desired(self, kiosk: str) -> Desired | None:
        """The desired document of a kiosk, None when nothing was ever wished for."""
        columns = tables.desired.c
        joined = tables.desired.outerjoin(tables.artefact, columns.sha256 == tables.artefact.c.sha256)
        with self._store.reading() as tx:
            row = tx.execute(
                select(columns.rev, tables.artefact).select_from(joined).where(columns.kiosk == kiosk)
            ).first()
        if row is None:
            return None
        if row.sha256 is None:
            return Desired(rev=row.rev)
        return Desired(
            rev=row.rev,
            knowledge=Artefact(pack=row.pack, version=row.version, sha256=row.sha256, size=row.size),
        )

    def wished_kiosks(self) -> list[str]:
        """Every kiosk that has a desired document."""
        with self._store.reading() as tx:
            return list(tx.execute(select(tables.desired.c.kiosk)).scalars())

    def chunk(self, request: ChunkRequest) -> tuple[ChunkHeader, bytes]:
        """Answer a kiosk's request for a piece; what cannot be had is said in the header."""
        path = self._folder / f"{request.sha256}.ybk"
        try:
            with path.open("rb") as file:
                total = os.fstat(file.fileno()).st_size
                file.seek(request.offset)
                data = file.read(request.length)
        except OSError as error:
            logger.warning("artefact %s cannot be read: %s", request.sha256[:12], error.strerror)
            return _header(request, 0, "not_found"), b""
        if len(data) != request.length:
            return _header(request, total, "bad_range"), b""
        return _header(request, total, ""), data


def _header(request: ChunkRequest, total: int, error: str) -> ChunkHeader:
    return ChunkHeader.model_validate(
        {
            "corr": request.corr,
            "sha256": request.sha256,
            "offset": request.offset,
            "total": total,
            "error": error,
        }
    )


def _wish(tx: Connection, kiosk: str, sha256: str) -> int:
    rev = tables.desired.c.rev
    wish = {"sha256": sha256, "at": now_ms()}
    row = insert_into(tx, tables.desired).values(kiosk=kiosk, rev=1, **wish)
    # In one statement: two publications at once never give the same revision.
    row = row.on_conflict_do_update(index_elements=["kiosk"], set_={"rev": rev + 1, **wish})
    return tx.execute(row.returning(rev)).scalar_one()


def _copy(pieces: Iterable[bytes], handle: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(handle, "wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > MAX_ARTEFACT_BYTES:
                raise FleetError("pack.size", f"the artefact is larger than {MAX_ARTEFACT_BYTES >> 20} MB")
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        raise FleetError("pack.size", "the artefact is empty")
    return digest.hexdigest(), size
