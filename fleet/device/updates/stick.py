"""Updates from a folder, such as a stick: the same metadata, the same judgement, no network."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tuf.api.metadata import TargetFile  # pyright: ignore[reportPrivateImportUsage]  documented there

from fleet.device.errors import FetchError
from fleet.device.updates.client import Session, UpdateClient
from fleet.device.updates.download import clean
from fleet.device.updates.inbox import Inbox, Letter
from fleet.device.updates.transports import Folder, UnreachableError
from fleet.device.updates.trusted import told
from fleet.protocol.messages import PackId, Version
from fleet.protocol.tree import Kind, is_target_path, stored_path

logger = logging.getLogger(__name__)


class Custom(BaseModel):
    """What the centre says of a target beside its hash; ``serial`` rises with every target it publishes."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    name: PackId
    version: Version
    serial: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class Found:
    """A target whose file lies on the stick."""

    info: TargetFile
    custom: Custom


def take_from(
    client: UpdateClient,
    inbox: Inbox,
    tree: Path,
    wanted: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda have, total: None,
) -> list[Letter]:
    """Verify what the stick brings and leave it for the kiosk: the targets named, or the newest of each kind.

    Raises FetchError with what is wrong; then nothing is installed, and the kiosk goes on with what it has.
    """
    folder = Folder(tree)
    if not (tree / "metadata").is_dir():
        raise FetchError("updates.stick", f"{tree} has no updates: there is no folder metadata in it")
    try:
        with client.session([folder]) as session:
            found = _found(session, folder)
            letters: list[Letter] = []
            for item in _named(found, wanted) if wanted else _newest(found):
                clean(client.incoming, {item.info.hashes["sha256"]})
                path = session.fetch(item.info, [folder], progress)
                said = item.custom
                letter = Letter(
                    kind=said.kind,
                    name=said.name,
                    version=said.version,
                    sha256=item.info.hashes["sha256"],
                    file=path.name,
                )
                inbox.leave(letter)
                letters.append(letter)
            return letters
    except (UnreachableError, OSError) as error:
        raise told(error) from error


def _found(session: Session, folder: Folder) -> list[Found]:
    found: list[Found] = []
    for path in session.paths():
        info = session.info(path) if is_target_path(path) else None
        if info is None or not folder.holds(stored_path(path, info.hashes.get("sha256", ""))):
            continue
        try:
            found.append(Found(info, Custom.model_validate(info.custom)))
        except ValidationError:
            logger.warning("%s says nothing of its kind and name, left out", path)
    return found


def _named(found: Sequence[Found], wanted: Sequence[str]) -> list[Found]:
    by_path = {item.info.path: item for item in found}
    missing = [path for path in wanted if path not in by_path]
    if missing:
        raise FetchError("updates.stick", f"{missing[0]} is not on the stick; there is {_listed(found)}")
    return [by_path[path] for path in wanted]


def _newest(found: Sequence[Found]) -> list[Found]:
    newest: dict[Kind, Found] = {}
    for item in sorted(found, key=lambda item: item.custom.serial):
        other = newest.get(item.custom.kind)
        if other is not None and other.custom.name != item.custom.name:
            raise FetchError(
                "updates.stick",
                f"which {item.custom.kind}? name one with --target; there is {_listed(found)}",
            )
        newest[item.custom.kind] = item
    if not newest:
        raise FetchError("updates.stick", "no file that is signed for lies on the stick")
    return list(newest.values())


def _listed(found: Sequence[Found]) -> str:
    return ", ".join(item.info.path for item in found) or "nothing"
