"""The folder where model files live: what is there, getting what is not, and telling damage."""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.assets.archive import remove, unpack
from models.assets.errors import AssetError
from models.assets.manifest import Asset, Manifest, load_manifest
from models.assets.source import (
    Download,
    Progress,
    SourceError,
    cannot_write,
    check_mirror,
    check_space,
    download,
    sources_of,
)
from models.assets.stamp import Stamp, make_stamp, read_stamp, sha256_of

_log = logging.getLogger(__name__)

_TIMEOUT_S = 30.0
_UNPACKED_PER_PACKED = 3
"""Space to ask for, as a multiple of an archive: small Vosk models unpack to about 1.6 times their size."""

State = Literal["present", "absent", "damaged"]


@dataclass(frozen=True, slots=True)
class AssetStatus:
    """What the store knows of one asset; ``bytes`` is the size at the source, ``path`` its place."""

    name: str
    state: State
    bytes: int
    sha256: str
    licence: str
    path: Path
    alias: str


class AssetStore:
    """Model files below one folder. Several programs may use the same folder at the same time."""

    def __init__(
        self,
        root: Path,
        mirrors: Sequence[str] = (),
        *,
        manifest: Manifest | None = None,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        """Use ``root`` (made when first needed); ``mirrors`` are tried in order before the official source.

        Raises ``AssetError`` for a mirror that may not be used.
        """
        self._root = root
        self._mirrors = [check_mirror(mirror) for mirror in mirrors]
        self._manifest = manifest or load_manifest()
        self._timeout_s = timeout_s

    def list(self) -> tuple[AssetStatus, ...]:
        """The state of every asset, by a look at sizes and times."""
        return tuple(self.status(asset.name) for asset in self._manifest.assets)

    def status(self, name: str) -> AssetStatus:
        """The state of one asset, by name, alias or file name."""
        asset = self._manifest.get(name)
        path = self._path(asset)
        state: State = "absent"
        if path.exists():
            state = "present" if self._is_sound(asset) else "damaged"
        return AssetStatus(asset.name, state, asset.size, asset.sha256, asset.licence, path, asset.alias)

    def find(self, name: str) -> Path | None:
        """Where an asset lies, or None when absent or damaged. Quick: hashes only when times changed."""
        asset = self._manifest.get(name)
        return self._path(asset) if self._is_sound(asset) else None

    def is_same(self, name: str, path: Path) -> bool:
        """Whether a file elsewhere is an asset of one file, byte for byte."""
        asset = self._manifest.get(name)
        sized = asset.kind == "file" and path.is_file() and path.stat().st_size == asset.size
        return sized and sha256_of(path) == asset.sha256

    def verify(self, name: str) -> Path:
        """Check every byte of an asset. Raises ``AssetError`` when it is absent or damaged."""
        asset = self._manifest.get(name)
        path = self._path(asset)
        again = f"run `kiosk models fetch {asset.alias}`"
        if not path.exists():
            raise AssetError("assets.absent", f"{asset.name} is not in {self._root}: {again}")
        if not self._rehash(asset):
            # Without its stamp, find() reports it as damaged as well, and fetch() gets it anew.
            remove(self._stamp_path(asset))
            raise AssetError("assets.damaged", f"{path} is not what the manifest says it is: {again}")
        return path

    def fetch(self, name: str, progress: Progress | None = None) -> Path:
        """Get an asset if it is not there already, and return its place.

        A download that was cut off goes on where it stopped. Nothing appears under the asset's name before
        its size and SHA-256 are right. Raises ``AssetError``; ``assets.unavailable`` names every address
        tried.
        """
        asset = self._manifest.get(name)
        found = self.find(asset.name)
        if found is not None:
            return found
        with self._locked(asset):
            found = self.find(asset.name)
            if found is not None:
                return found
            needed = asset.size * (1 + _UNPACKED_PER_PACKED * (asset.kind == "vosk-zip"))
            check_space(self._root, needed - min(asset.size, self._part_size(asset)))
            self._download(asset, progress)
            return self._install(asset)

    # --- looking -------------------------------------------------------------------------------------------

    def _path(self, asset: Asset) -> Path:
        return self._root / asset.name

    def _hidden(self, asset: Asset, suffix: str) -> Path:
        return self._root / f".{asset.name}{suffix}"

    def _stamp_path(self, asset: Asset) -> Path:
        return self._hidden(asset, ".stamp")

    def _part_size(self, asset: Asset) -> int:
        part = self._hidden(asset, ".part")
        return part.stat().st_size if part.exists() else 0

    def _is_sound(self, asset: Asset) -> bool:
        path = self._path(asset)
        stamp = read_stamp(self._stamp_path(asset), asset.sha256)
        if stamp is None:
            # A plain file that somebody copied here by hand proves itself by its hash.
            by_hand = asset.kind == "file" and path.is_file() and path.stat().st_size == asset.size
            return by_hand and self._rehash(asset)
        look = stamp.look(path)
        return look == "same" or (look == "touched" and self._rehash(asset))

    def _rehash(self, asset: Asset) -> bool:
        """Read everything; stamp it anew when it is right."""
        path = self._path(asset)
        if asset.kind == "file":
            if not path.is_file() or sha256_of(path) != asset.sha256:
                return False
            hashes = {"": asset.sha256}
        else:
            stamp = read_stamp(self._stamp_path(asset), asset.sha256)
            if stamp is None or not stamp.matches(path):
                return False
            hashes = {relative: noted.sha256 for relative, noted in stamp.files.items()}
        try:
            self._write_stamp(asset, make_stamp(path, asset.sha256, hashes))
        except AssetError as error:
            # A store on a read-only disk still serves its files; each look then costs the hash.
            _log.debug("no stamp for %s: %s", asset.name, error.message)
        return True

    # --- getting -------------------------------------------------------------------------------------------

    def _download(self, asset: Asset, progress: Progress | None) -> None:
        tried: list[str] = []
        for url in sources_of(asset.file, asset.url, self._mirrors):
            job = Download(url, self._hidden(asset, ".part"), asset.size, self._timeout_s)
            try:
                self._download_verified(asset, job, progress)
            except SourceError as error:
                _log.info("%s from %s: %s", asset.name, url, error)
                tried.append(f"{url} ({error})")
            else:
                return
        raise AssetError(
            "assets.unavailable",
            f"{asset.name} cannot be had. Tried: {'; '.join(tried)}. Without the internet: copy {asset.file} "
            f"onto a USB stick and run `kiosk models fetch {asset.alias} --mirror file:///media/usb` with "
            "the folder the stick is at.",
        )

    def _download_verified(self, asset: Asset, job: Download, progress: Progress | None) -> None:
        """Download, and once more from the beginning when what was resumed turns out wrong."""
        resumed = self._part_size(asset) > 0
        while True:
            download(job, progress)
            if sha256_of(job.part) == asset.sha256:
                return
            job.part.unlink()
            if not resumed:
                raise SourceError(
                    "its SHA-256 is not the manifest's: the file there is damaged or another one"
                )
            resumed = False

    def _install(self, asset: Asset) -> Path:
        part, path = self._hidden(asset, ".part"), self._path(asset)
        try:
            if asset.kind == "file":
                _flush(part)
                remove(path)
                part.replace(path)
                hashes = {"": asset.sha256}
            else:
                hashes = self._install_archive(part, path)
            self._write_stamp(asset, make_stamp(path, asset.sha256, hashes))
            part.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(path, error) from error
        return path

    def _install_archive(self, part: Path, path: Path) -> dict[str, str]:
        with tempfile.TemporaryDirectory(dir=self._root, prefix=".unpack-") as temporary:
            folder = Path(temporary) / path.name
            hashes = unpack(part, folder)
            for relative in hashes:
                _flush(folder / relative)
            remove(path)
            folder.replace(path)
        return hashes

    def _write_stamp(self, asset: Asset, stamp: Stamp) -> None:
        target = self._stamp_path(asset)
        try:
            with tempfile.NamedTemporaryFile("wb", dir=self._root, prefix=".stamp-", delete=False) as file:
                file.write(stamp.model_dump_json().encode())
            made = Path(file.name)
            made.chmod(0o644)
            made.replace(target)
        except OSError as error:
            raise cannot_write(target, error) from error

    @contextmanager
    def _locked(self, asset: Asset) -> Iterator[None]:
        """Hold the asset's lock; a second program waits and then finds the work done."""
        path = self._hidden(asset, ".lock")
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            file = path.open("w")
        except OSError as error:
            raise cannot_write(path, error) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _flush(path: Path) -> None:
    """Have the disk hold a file's bytes before anything points at them."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def default_root() -> Path:
    """Where a kiosk keeps its model files: ``$YINGBIN_HOME/assets``, or below the user's data folder."""
    home = os.environ.get("YINGBIN_HOME")
    if home:
        return Path(home) / "assets"
    import platformdirs

    return Path(platformdirs.user_data_dir("yingbin")) / "assets"
