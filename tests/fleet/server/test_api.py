"""The HTTP API against a centre whose broker is away: reading works, writing takes the token."""

import pytest
from fastapi.testclient import TestClient

from fleet.server.api import make_api
from fleet.server.errors import FleetError
from fleet.server.service import Centre
from fleet.server.settings import ServeOptions, read_token, token_file
from tests.fleet.conftest import label_of_bytes
from tests.fleet.server.test_handovers import ASK, one
from tests.fleet.server.test_intake import take


@pytest.fixture
def centre(tmp_path):
    made = Centre(ServeOptions(tmp_path / "data"), label_of_bytes)
    yield made
    made.store.close()


@pytest.fixture
def http(centre):
    with TestClient(make_api(centre)) as client:
        yield client


@pytest.fixture
def token(centre):
    return {"Authorization": f"Bearer {centre.token}"}


def test_the_token_is_for_its_owner_only_and_stays(centre, tmp_path):
    path = token_file(tmp_path / "data")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_token(tmp_path / "data") == centre.token
    again = Centre(ServeOptions(tmp_path / "data"), label_of_bytes)
    assert again.token == centre.token
    again.store.close()


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_writing_without_the_token_is_refused(http, header):
    assert http.post("/api/packs", content=b"x", headers=header).status_code == 401
    assert http.post("/api/handovers/x/accept", json={"text": "x"}, headers=header).status_code == 401


def test_a_published_pack_is_wished_for_by_each_kiosk_with_a_rising_revision(http, centre, token):
    centre.store.add_kiosk("a")
    centre.store.add_kiosk("b")
    first = http.post("/api/packs", content=b"one", headers=token).json()
    assert first["revisions"] == {"a": 1, "b": 1}
    second = http.post("/api/packs?kiosk=b", content=b"two", headers=token).json()
    assert second["revisions"] == {"b": 2}
    kiosks = {view["id"]: view for view in http.get("/api/kiosks").json()}
    assert kiosks["a"]["wanted"]["sha256"] == first["target"]["sha256"]
    assert kiosks["b"]["wanted"]["sha256"] == second["target"]["sha256"]
    assert kiosks["a"]["result"] == "waiting"
    assert kiosks["a"]["light"] == "never"
    assert http.get("/api/kiosks/b").json() == kiosks["b"]


@pytest.mark.parametrize(
    ("path", "content", "status", "code"),
    [
        ("/api/packs?kiosk=nobody", b"x", 404, "kiosk.unknown"),
        ("/api/packs", b"x", 409, "kiosk.none"),
        ("/api/packs", b"", 413, "pack.size"),
        ("/api/handovers/x/accept", b'{"text":"x"}', 404, "handover.unknown"),
    ],
)
def test_what_cannot_be_done_has_a_code_and_a_sentence(http, token, path, content, status, code):
    answer = http.post(path, content=content, headers={**token, "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


def test_a_handover_without_a_broker_says_so_and_keeps_waiting(http, centre, token):
    take(centre.store, one("ev", 1, "handover", ASK))
    (view,) = http.get("/api/handovers").json()
    answer = http.post(f"/api/handovers/{view['id']}/accept", json={"text": "马上就到"}, headers=token)
    assert (answer.status_code, answer.json()["code"]) == (503, "broker.down")
    assert http.get("/api/handovers").json()[0]["state"] == "waiting"


def test_a_model_and_a_configuration_are_wished_for_beside_the_knowledge(http, centre, token):
    centre.store.add_kiosk("a")
    http.post("/api/packs", content=b"pack", headers=token)
    for kind in ("model", "config"):
        answer = http.post(f"/api/targets/{kind}?name=site&version=1", content=kind.encode(), headers=token)
        assert answer.json()["target"]["path"].startswith(f"{kind}/site-1-")
    wanted = {kind: view["wanted"] for kind, view in http.get("/api/kiosks/a").json()["targets"].items()}
    assert {kind: pack["pack"] for kind, pack in wanted.items()} == {
        "knowledge": "test",
        "model": "site",
        "config": "site",
    }
    document = centre.library.desired("a")
    assert (document.tenant, document.kiosk, document.rev) == ("main", "a", 3)
    assert set(document.targets) == {"knowledge", "model", "config"}
    assert http.post("/api/targets/nonsense?name=a&version=1", headers=token).status_code == 422
    assert (
        http.post("/api/targets/knowledge?name=a&version=1", headers=token).json()["code"] == "pack.invalid"
    )
    assert (
        http.post("/api/targets/model?name=A%20b&version=1", content=b"x", headers=token).status_code == 422
    )


def test_publishing_without_the_targets_key_says_where_it_was_looked_for(http, centre, token, tmp_path):
    centre.store.add_kiosk("a")
    http.post("/api/packs", content=b"signed before", headers=token)
    key = centre.updates.tree / "keys" / "targets.pem"
    key.rename(tmp_path / "targets.pem")
    answer = http.post("/api/packs", content=b"new", headers=token)
    assert (answer.status_code, answer.json()["code"]) == (409, "updates.key_missing")
    assert str(key) in answer.json()["message"]
    assert http.post("/api/packs", content=b"signed before", headers=token).json()["revisions"] == {"a": 2}
    roles = {view["role"]: view["online"] for view in http.get("/api/updates").json()}
    assert roles == {"root": True, "targets": False, "snapshot": True, "timestamp": True}


def test_an_artefact_that_no_kiosk_would_take_is_refused_and_leaves_nothing(tmp_path):
    real = Centre(ServeOptions(tmp_path / "data"))
    with pytest.raises(FleetError) as caught:
        real.library.add([b"PK\x03\x04 not an artefact"])
    assert caught.value.code == "pack.invalid"
    assert list((tmp_path / "data" / "updates" / "incoming").iterdir()) == []
    real.store.close()


def test_the_link_and_the_day_are_told(http, centre):
    assert http.get("/api/link").json()["connected"] is False
    take(
        centre.store,
        one("tm", 1, "visit.started", {"visit": "7"}),
        one(
            "tm",
            2,
            "turn",
            {"visit": "7", "turn": 1, "channel": "voice", "act": "answer", "matter": "hall.hours"},
        ),
    )
    (visit,) = http.get("/api/visits").json()
    assert (visit["turns"], visit["matters"], visit["outcome"], visit["ongoing"]) == (
        1,
        ["hall.hours"],
        "",
        False,
    )
    assert http.get("/api/today").json()["turns"] == 0  # recorded in 1970: not today
