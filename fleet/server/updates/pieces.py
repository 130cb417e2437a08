"""Pieces of the tree for kiosks that ask over MQTT."""

import logging
import os
from pathlib import Path

from fleet.protocol.errors import ProtocolError
from fleet.protocol.tree import open_in_tree
from fleet.protocol.updates import ChunkError, ChunkHeader, ChunkRequest

logger = logging.getLogger(__name__)


def read_piece(tree: Path, request: ChunkRequest) -> tuple[ChunkHeader, bytes]:
    """Answer a request; what cannot be had is said in the header."""
    path = request.path
    try:
        with open_in_tree(tree, path) as file:
            total = os.fstat(file.fileno()).st_size
            if request.offset > total:
                return _header(request, total, "bad_range"), b""
            file.seek(request.offset)
            return _header(request, total, ""), file.read(request.length)
    except FileNotFoundError:
        # Ordinary: every client asks for the next root until there is none.
        return _header(request, 0, "not_found"), b""
    except (OSError, ProtocolError) as error:
        logger.warning("%s cannot be handed out: %s", path, error)
        return _header(request, 0, "not_found"), b""


def _header(request: ChunkRequest, total: int, error: ChunkError) -> ChunkHeader:
    return ChunkHeader(corr=request.corr, path=request.path, offset=request.offset, total=total, error=error)
