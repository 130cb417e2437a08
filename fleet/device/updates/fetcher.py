"""python-tuf's way to its metadata: over whichever transport is open, going on with the next one where one closes."""

from collections.abc import Iterator, Sequence

from tuf.ngclient import FetcherInterface

from fleet.device.updates.transports import Transport, UnreachableError

BASE = "tree:///"


class MetadataFetcher(FetcherInterface):
    """Tries ``transports`` in order. How much is taken at most is bounded by whoever consumes the pieces."""

    def __init__(self, transports: Sequence[Transport]) -> None:
        self._transports = transports

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = url.removeprefix(BASE)
        have, reason = 0, "no way to the updates is configured"
        for transport in self._transports:
            try:
                stream = transport.open(path, have)
                skip = have - stream.start
                for piece in stream.pieces:
                    fresh = piece[skip:] if skip > 0 else piece
                    skip -= len(piece)
                    have += len(fresh)
                    yield fresh
                return
            except UnreachableError as error:
                reason = str(error)
        raise UnreachableError(reason)
