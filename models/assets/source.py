"""Getting the bytes of one file from a mirror: resume, bounds, time-outs, and plain reasons when it fails."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import shutil
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeAlias

from models.assets.errors import AssetError

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all)."""

_BLOCK = 256 * 1024
_ATTEMPTS_WITHOUT_GAIN = 2


class SourceError(Exception):
    """This source did not deliver; the message is the reason, for the list of what was tried."""


@dataclass(frozen=True, slots=True)
class Download:
    """What to get and where to put it: ``part`` grows and is kept for the next attempt."""

    url: str
    part: Path
    size: int
    timeout_s: float


def check_mirror(mirror: str) -> str:
    """A mirror's address without a slash at its end.

    Allowed are ``https://``, ``file:///folder`` and, for tests and local proxies, ``http://`` to this
    machine.
    Raises ``AssetError`` for anything else.
    """
    reason = _refusal(mirror)
    if reason:
        raise AssetError(
            "assets.bad_mirror",
            f"{mirror} cannot be a mirror: {reason}; use https://host/folder or file:///folder",
        )
    return mirror.rstrip("/")


def download(job: Download, progress: Progress | None = None) -> None:
    """Append what is missing to ``job.part`` until it has ``job.size`` bytes.

    Raises ``SourceError`` when this source cannot deliver, ``AssetError`` when the disk cannot take it.
    """
    refusal = _refusal(job.url)
    if refusal:
        raise SourceError(refusal)
    idle = 0
    while True:
        before = _size(job.part)
        if before == job.size:
            return
        try:
            _continue(job, progress)
        except SourceError:
            raise
        except (OSError, http.client.HTTPException) as error:
            reason = _reason(error)
            if _size(job.part) <= before:
                idle += 1
            if idle >= _ATTEMPTS_WITHOUT_GAIN or isinstance(error, urllib.error.HTTPError):
                raise SourceError(reason) from error


def _continue(job: Download, progress: Progress | None) -> None:
    parts = urllib.parse.urlsplit(job.url)
    if parts.scheme == "file":
        _copy_file(job, Path(urllib.request.url2pathname(parts.path)), progress)
    else:
        _get_http(job, progress)


def _copy_file(job: Download, path: Path, progress: Progress | None) -> None:
    if not path.is_file():
        raise SourceError("no such file")
    if path.stat().st_size != job.size:
        raise SourceError(f"it has {path.stat().st_size} bytes there instead of {job.size}")
    done = _size(job.part)
    if done > job.size:
        done = 0
    with path.open("rb") as source:
        source.seek(done)
        _append(job, source, done, progress)


def _get_http(job: Download, progress: Progress | None) -> None:
    done = _size(job.part)
    if done > job.size:
        job.part.unlink()
        done = 0
    # The scheme was checked: https, or http to this very machine.
    request = urllib.request.Request(job.url, headers={"Accept-Encoding": "identity"})  # noqa: S310
    request.add_header("User-Agent", "yingbin-assets")
    if done:
        request.add_header("Range", f"bytes={done}-")
    opener = urllib.request.build_opener(_CarefulRedirects())
    try:
        response: http.client.HTTPResponse = opener.open(request, timeout=job.timeout_s)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and done:
            error.close()
            job.part.unlink()
            return
        raise
    with response:
        start = _start_of(response, done)
        _check_length(response, job.size - start)
        _append(job, response, start, progress)


def _start_of(response: http.client.HTTPResponse, wanted: int) -> int:
    """Where the answer begins: a server that ignores ranges sends the whole file again."""
    if response.status != http.HTTPStatus.PARTIAL_CONTENT:
        return 0
    sent = response.headers.get("Content-Range", "")
    if not sent.startswith(f"bytes {wanted}-"):
        raise SourceError(f"asked for bytes from {wanted}, the server sent {sent or 'no Content-Range'!r}")
    return wanted


def _check_length(response: http.client.HTTPResponse, expected: int) -> None:
    length = response.headers.get("Content-Length")
    if length is not None and length.isdigit() and int(length) != expected:
        raise SourceError(f"the server offers {length} bytes where {expected} were expected")


def _append(
    job: Download, source: IO[bytes] | http.client.HTTPResponse, start: int, progress: Progress | None
) -> None:
    with _open_part(job.part, start) as target:
        done = start
        while block := source.read(_BLOCK):
            done += len(block)
            if done > job.size:
                raise SourceError(f"it is longer than {job.size} bytes")
            _write(target, block, job)
            if progress is not None:
                progress(done, job.size)
    if done < job.size:
        raise ConnectionError(f"the connection ended after {done} of {job.size} bytes")


def _open_part(part: Path, start: int) -> BinaryIO:
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        target = part.open("r+b" if start else "wb")
        target.seek(start)
        target.truncate()
        return target
    except OSError as error:
        raise cannot_write(part, error) from error


def _write(target: BinaryIO, block: bytes, job: Download) -> None:
    try:
        target.write(block)
        target.flush()
    except OSError as error:
        raise cannot_write(job.part, error) from error


def cannot_write(path: Path, error: OSError) -> AssetError:
    """The error to raise when the store's disk refuses."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AssetError(
            "assets.no_space", f"the disk is full at {path.parent}: free some space and fetch again"
        )
    return AssetError("assets.cannot_write", f"cannot write {path}: {error.strerror or error}")


def check_space(folder: Path, needed: int) -> None:
    """Raise ``AssetError`` when ``folder`` has not ``needed`` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise AssetError(
            "assets.no_space",
            f"{folder} has {free // 2**20} MB free and {needed // 2**20 + 1} MB are needed: free some space",
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _refusal(url: str) -> str | None:
    """Why an address may not be used, or None."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        return str(error)
    if parts.scheme == "file":
        if host not in ("", "localhost") or not parts.path.startswith("/"):
            return "a file address has three slashes and a whole path"
        return None
    if not host:
        return "it names no host"
    if parts.scheme == "https":
        return None
    if parts.scheme == "http":
        return None if _is_this_machine(host) else "plain http is allowed only to this machine"
    return f"{parts.scheme or 'nothing'!r} is no way to fetch files"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _reason(error: OSError | http.client.HTTPException) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return "timed out"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({cause.verify_message})"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__


class _CarefulRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects only to addresses that could have been asked for in the first place."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        reason = _refusal(newurl)
        if reason or urllib.parse.urlsplit(newurl).scheme == "file":
            raise SourceError(f"it redirects to {newurl}, which is refused: {reason or 'a local file'}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def sources_of(file: str, upstream: str, mirrors: Iterable[str]) -> list[str]:
    """Every address to try for a file, in order."""
    return [f"{mirror}/{urllib.parse.quote(file)}" for mirror in mirrors] + [upstream]
