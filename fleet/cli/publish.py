"""``kiosk-fleet publish``."""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from fleet.cli.options import DEFAULT_DATA, DEFAULT_SERVER, Data, Json, Server
from fleet.server.errors import FleetError
from fleet.server.settings import read_token

_BAD = frozenset({"rejected", "returned", "failed"})
_FINAL = frozenset({"trial", "active"}) | _BAD
_POLL_S = 0.25


def publish(
    pack: Annotated[
        Path, typer.Argument(help="A pack folder, an artefact file, or a file of --kind.", metavar="PACK")
    ],
    kiosk: Annotated[list[str] | None, typer.Option(help="Only for this kiosk (may be repeated).")] = None,
    kind: Annotated[str, typer.Option(help="knowledge, model or config.")] = "knowledge",
    name: Annotated[str, typer.Option(help="Name of a model or configuration.")] = "",
    version: Annotated[str, typer.Option(help="Version of a model or configuration.")] = "",
    server: Server = DEFAULT_SERVER,
    data: Data = DEFAULT_DATA,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the kiosks' answers.")] = 0.0,
    as_json: Json = False,
) -> None:
    """Give a knowledge pack, a model or a configuration to the kiosks.

    Example: kiosk-fleet publish packs/gov --wait 60
    """
    from fleet.server.client import ApiClient

    client = ApiClient(server, read_token(data))
    try:
        if kind == "knowledge":
            with tempfile.TemporaryDirectory() as scratch:
                artefact = pack if pack.is_file() else _build(pack, Path(scratch) / "pack.ybk", quiet=as_json)
                done = client.publish(artefact, kiosk or [])
        elif not pack.is_file():
            raise FleetError("pack.missing", f"{pack} is not a file of kind {kind}")
        else:
            done = client.publish_file(kind, name, version, pack, kiosk or [])
        results = _await_results(client, kind, done["revisions"], wait)
    finally:
        client.close()
    if as_json:
        print(json.dumps({**done, "results": results}, ensure_ascii=False))
    else:
        _show_results(done, results)
    if any(result["result"] in _BAD for result in results):
        raise typer.Exit(1)
    if wait and any(result["light"] == "online" and result["result"] not in _FINAL for result in results):
        raise typer.Exit(1)


def _build(folder: Path, out: Path, *, quiet: bool) -> Path:
    """Validate and build a pack folder on this machine; problems are printed as file:line and end the command."""
    try:
        from models.knowledge import KnowledgeError, build_knowledge, validate_packs
    except ImportError as error:
        raise FleetError(
            "pack.models", f"cannot build packs here ({error}); install yingbin[server,train]"
        ) from error
    if not folder.is_dir():
        raise FleetError("pack.missing", f"{folder} is neither a pack folder nor an artefact file")
    problems = validate_packs([folder])
    if problems:
        for problem in problems:
            print(f"{problem.file}:{problem.line}: {problem.message}", file=sys.stderr)
        raise FleetError("pack.problems", f"{folder} has {len(problems)} problem(s), nothing was published")
    try:
        if quiet:
            build_knowledge([folder], out)
        else:
            with Console(stderr=True).status("building the artefact"):
                build_knowledge([folder], out)
    except KnowledgeError as error:
        raise FleetError("pack.build", f"{folder} cannot be built: {error}") from error
    return out


def _await_results(client: Any, kind: str, revisions: dict[str, int], wait: float) -> list[dict[str, Any]]:
    until = time.monotonic() + wait
    pause = threading.Event()
    while True:
        kiosks = [kiosk for kiosk in client.get("/api/kiosks") if kiosk["id"] in revisions]
        results = [
            {
                **{key: kiosk[key] for key in ("id", "light", "wanted_rev")},
                **{key: kiosk["targets"][kind][key] for key in ("result", "reason")},
            }
            for kiosk in kiosks
        ]
        missing = [item for item in results if item["light"] == "online" and item["result"] not in _FINAL]
        if not missing or time.monotonic() >= until:
            return results
        pause.wait(_POLL_S)


def _show_results(done: dict[str, Any], results: Sequence[dict[str, Any]]) -> None:
    target = done["target"]
    print(f"{target['name']} {target['version']} ({target['size']} bytes, sha256 {target['sha256'][:12]})")
    for result in results:
        state = result["result"]
        if state not in _FINAL and result["light"] != "online":
            light = "never seen" if result["light"] == "never" else result["light"]
            state = f"{light}, takes it when it comes"
        print(f"  {result['id']}: {state}" + (f" ({result['reason']})" if result["reason"] else ""))
