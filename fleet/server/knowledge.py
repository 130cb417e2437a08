"""What the centre gives to kiosks: files taken in, wished for by revision, handed out in small pieces."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from fleet.protocol.signed import sign
from fleet.protocol.tree import Kind
from fleet.protocol.updates import ChunkHeader, ChunkRequest, Desired, Target
from fleet.server import tables
from fleet.server.errors import FleetError
from fleet.server.store import Store, now_ms
from fleet.server.updates.incoming import incoming
from fleet.server.updates.pieces import read_piece
from fleet.server.updates.repository import Repository
from fleet.server.upsert import put


@dataclass(frozen=True, slots=True)
class Label:
    """What a file is called; ``titles`` of knowledge: matter id → title by language."""

    name: str
    version: str
    titles: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published, and the revision each kiosk was given."""

    kind: Kind
    target: Target
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
    """The files in the update repository, and who shall have which."""

    def __init__(
        self,
        store: Store,
        repository: Repository,
        tenant: str,
        key: Callable[[], Ed25519PrivateKey],
        label: Callable[[Path], Label] = read_label,
    ) -> None:
        """``key`` gives the key that signs desired documents now."""
        self._store = store
        self._repository = repository
        self._tenant = tenant
        self._key = key
        self._label = label

    def add(self, pieces: Iterable[bytes]) -> Target:
        """Take a knowledge artefact in: bounded, checked by loading it, signed for.

        Raises FleetError ``pack.size``, ``pack.invalid``, ``pack.models``, or as ``Repository.add``.
        """
        return self._add("knowledge", pieces, self._label)

    def add_file(self, kind: Kind, name: str, version: str, pieces: Iterable[bytes]) -> Target:
        """Take a model or a configuration in. Raises as ``add``."""
        return self._add(kind, pieces, lambda _: Label(name, version))

    def publish(self, target: Target, kiosks: Sequence[str] = ()) -> Publication:
        """Wish a target onto ``kiosks`` (none named: all).

        Raises FleetError ``kiosk.unknown`` or ``kiosk.none``.
        """
        kind = _kind_of(target)
        with self._store.writing() as tx:
            # Locked: two publications at once would give the same revision twice.
            known = set(tx.execute(select(tables.kiosk.c.id).order_by("id").with_for_update()).scalars())
            unknown = sorted(set(kiosks) - known)
            if unknown:
                raise FleetError(
                    "kiosk.unknown", f"no kiosk {unknown[0]!r} is known; see kiosk-fleet kiosks list"
                )
            if not known:
                raise FleetError(
                    "kiosk.none", "no kiosk is known yet; make one with kiosk-fleet claim create --kiosk ID"
                )
            chosen = sorted(kiosks or known)
            return Publication(kind, target, {kiosk: _wish(tx, kiosk, kind, target.path) for kiosk in chosen})

    def desired(self, kiosk: str) -> Desired | None:
        """The desired document of a kiosk, None when nothing was ever wished for."""
        joined = tables.wish.join(tables.target, tables.wish.c.path == tables.target.c.path)
        with self._store.reading() as tx:
            rev = tx.execute(select(tables.desired.c.rev).where(tables.desired.c.kiosk == kiosk)).scalar()
            if rev is None:
                return None
            rows = tx.execute(
                select(tables.wish.c.kind, tables.target)
                .select_from(joined)
                .where(tables.wish.c.kiosk == kiosk)
            )
            targets = {
                row.kind: Target(
                    name=row.name, version=row.version, sha256=row.sha256, path=row.path, size=row.size
                )
                for row in rows
            }
        return Desired(tenant=self._tenant, kiosk=kiosk, rev=rev, targets=targets)

    def signed_desired(self, kiosk: str) -> bytes | None:
        """The same as it goes over the wire."""
        document = self.desired(kiosk)
        return None if document is None else sign("desired", document, self._key())

    def wished_kiosks(self) -> list[str]:
        """Every kiosk that has a desired document."""
        with self._store.reading() as tx:
            return list(tx.execute(select(tables.desired.c.kiosk)).scalars())

    def chunk(self, request: ChunkRequest) -> tuple[ChunkHeader, bytes]:
        """Answer a kiosk's request for a piece of the tree."""
        return read_piece(self._repository.tree, request)

    def _add(self, kind: Kind, pieces: Iterable[bytes], label: Callable[[Path], Label]) -> Target:
        with incoming(self._repository, pieces) as taken:
            said = label(taken.path)
            target = taken.enter(self._repository, kind, said.name, said.version)
        values = {**target.model_dump(exclude={"path"}), "kind": kind, "titles": said.titles}
        with self._store.writing() as tx:
            put(tx, tables.target, {"path": target.path}, values, new={"added_at": now_ms()})
        return target


def _kind_of(target: Target) -> Kind:
    return target.path.partition("/")[0]  # pyright: ignore[reportReturnType]


def _wish(tx: Connection, kiosk: str, kind: Kind, path: str) -> int:
    # The kiosk may remember a later revision, of a centre whose store this one has replaced.
    revisions = (
        tx.execute(select(table.c.rev).where(table.c.kiosk == kiosk)).scalar() or 0
        for table in (tables.desired, tables.reported)
    )
    rev = max(revisions) + 1
    put(tx, tables.desired, {"kiosk": kiosk}, {"rev": rev, "at": now_ms()})
    put(tx, tables.wish, {"kiosk": kiosk, "kind": kind}, {"path": path})
    return rev
