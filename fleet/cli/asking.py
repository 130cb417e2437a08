"""Reading from a running server."""

from typing import Any


def get(server: str, path: str) -> Any:
    from fleet.server.client import ApiClient

    client = ApiClient(server)
    try:
        return client.get(path)
    finally:
        client.close()
