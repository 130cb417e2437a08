"""One zip file for whoever looks into a fault at a desk: log, self-test, versions, timings. Nobody's words."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import distributions
from pathlib import Path

from hardware.doctor import CheckResult
from kiosk_app.identity import kiosk_name
from kiosk_app.redaction import redact
from kiosk_app.runtime import inspection
from kiosk_app.runtime.premises import Premises

_STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
_OS_RELEASE = Path("/etc/os-release")


def pack(
    premises: Premises, results: Sequence[CheckResult], now: datetime | None = None
) -> tuple[str, list[tuple[str, bytes]]]:
    """The name of the zip, and the files for the stick: the zip and its SHA-256 as ``sha256sum`` reads it."""
    moment = (now or datetime.now()).astimezone()
    name = f"yingbin-{kiosk_name(premises.config)}-{moment:%Y%m%d-%H%M%S}.zip"
    data = _zipped(_content(premises, results, moment))
    digest = hashlib.sha256(data).hexdigest()
    return name, [(name, data), (f"{name}.sha256", f"{digest}  {name}\n".encode())]


def _content(premises: Premises, results: Sequence[CheckResult], now: datetime) -> Iterable[tuple[str, str]]:
    for path in premises.log_file.files():
        yield f"log/{path.name}", redacted(path.read_text(encoding="utf-8", errors="backslashreplace"))
    yield "doctor.json", _json({"checks": [asdict(result) for result in results]})
    yield "versions.json", _json(_versions(premises, now))
    yield "timings.json", _json([turn.record() for turn in premises.tracer.turns])
    yield "parts.json", _json(_parts(premises))
    yield "board.json", _json(asdict(inspection.board(premises).health))
    yield "network.json", _json(asdict(inspection.network(premises)))


def redacted(log: str) -> str:
    """Each line of a log without what could be a person's; its time stays."""
    return "".join(_line(line) for line in log.splitlines(keepends=True))


def _line(line: str) -> str:
    stamp = _STAMP.match(line)
    begin = stamp.end() if stamp else 0
    return line[:begin] + redact(line[begin:])


def _versions(premises: Premises, now: datetime) -> dict[str, object]:
    knowledge = premises.knowledge
    packages = {found.metadata["Name"]: found.version for found in distributions()}
    return {
        "at": now.isoformat(timespec="seconds"),
        "kiosk": kiosk_name(premises.config),
        "knowledge": f"{knowledge.id} {knowledge.version}" if knowledge is not None else None,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "system": _system(),
        "packages": dict(sorted(packages.items())),
    }


def _system() -> str:
    try:
        lines = _OS_RELEASE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    names = [
        line.removeprefix("PRETTY_NAME=").strip('"') for line in lines if line.startswith("PRETTY_NAME=")
    ]
    return names[0] if names else ""


def _parts(premises: Premises) -> dict[str, object]:
    state = premises.state
    return {
        "down": dict(state.down),
        "microphone_sound": state.microphone_fault,
        "volume": state.volume,
        "outbox_waiting": premises.agent.depth if premises.agent is not None else None,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _zipped(files: Iterable[tuple[str, str]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return packed.getvalue()
