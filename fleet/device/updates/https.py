"""The tree over HTTP(S), with ranges: a file that was cut off goes on where it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import urllib3

from fleet.device.updates.transports import AbsentError, Stream, UnreachableError

_PIECE_BYTES = 64 * 1024
_TIMEOUT = urllib3.Timeout(connect=5.0, read=20.0)
_RANGE = re.compile(r"bytes ([0-9]{1,18})-")


@dataclass(frozen=True, slots=True)
class HttpsAddress:
    """Where the tree is served. ``ca`` pins who may answer; ``certificate`` and ``key`` say who asks."""

    url: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


class Https:
    """See the module. What comes is judged by TUF alone; TLS keeps it private and names the kiosk."""

    def __init__(self, address: HttpsAddress) -> None:
        self._base = address.url.rstrip("/")
        self._address = address

    @property
    def name(self) -> str:
        """See Transport."""
        return self._base

    def open(self, path: str, offset: int) -> Stream:
        """See Transport."""
        headers = {"Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if path.startswith("targets/"):  # its hash is its tag
                headers["If-Range"] = f'"{path.rsplit("/", 1)[1][:64]}"'
        try:
            answer = self._pool().request(
                "GET", f"{self._base}/{path}", headers=headers, preload_content=False, redirect=False
            )
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise UnreachableError(f"{self._base} does not answer: {_kind(error)}") from error
        if answer.status == 206 and (found := _RANGE.match(answer.headers.get("Content-Range", ""))):
            return Stream(int(found[1]), self._pieces(answer))
        if answer.status == 200:
            return Stream(0, self._pieces(answer))
        answer.close()
        if answer.status == 404:
            raise AbsentError(path, self._base)
        if answer.status == 416 and offset:
            return Stream(0, iter(()))
        raise UnreachableError(f"{self._base} answers {answer.status}")

    def _pool(self) -> urllib3.PoolManager:
        """For one answer: the certificate is renewed while the kiosk runs."""
        address = self._address
        return urllib3.PoolManager(
            retries=False,
            timeout=_TIMEOUT,
            cert_reqs="CERT_REQUIRED",
            ca_certs=None if address.ca is None else str(address.ca),
            cert_file=None if address.certificate is None else str(address.certificate),
            key_file=None if address.key is None else str(address.key),
        )

    def _pieces(self, answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        try:
            yield from answer.stream(_PIECE_BYTES, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise UnreachableError(f"{self._base} broke off: {_kind(error)}") from error
        finally:
            # Not given back to the pool: what was not read of it would have to be.
            answer.close()


def _kind(error: Exception) -> str:
    return type(getattr(error, "reason", None) or error).__name__
