"""The list of all matters in its two ways."""

from __future__ import annotations

from kiosk_app import events as ev
from kiosk_app.config import CameraConfig
from kiosk_app.home import site_of
from kiosk_app.opening import OpeningState
from kiosk_app.presenter import Site, view_of
from kiosk_app.session import SessionState, initial_state, transition
from tests.kiosk_app.ui.homes import knowledge


def after(*events: ev.Event) -> SessionState:
    state = initial_state(0.0)
    for event in events:
        state, _ = transition(state, event)
    return state


def test_departments_are_a_touch_away_and_so_is_the_way_back() -> None:
    site = site_of(knowledge("gov"), CameraConfig())
    view = view_of(after(ev.TopicsOpened(1.0), ev.DepartmentsOpened(2.0)), site, 2.0)
    assert (view.screen, view.by_department) == ("topics", True)
    assert len(view.departments) == 18
    back = view_of(after(ev.DepartmentsOpened(1.0), ev.TopicsOpened(2.0)), site, 2.0)
    assert (back.screen, back.by_department) == ("topics", False)
    for leave in (ev.BackPressed(2.0), ev.HomePressed(2.0)):
        home = view_of(after(ev.DepartmentsOpened(1.0), leave), site, 2.0)
        assert (home.screen, home.by_department) == ("attract", False)


def test_a_hall_without_departments_has_one_way_only() -> None:
    view = view_of(after(ev.DepartmentsOpened(1.0)), Site(), 1.0)
    assert (view.screen, view.by_department, view.departments) == ("topics", False, ())


def test_the_opening_state_is_of_the_kiosk_and_survives_visits() -> None:
    state = after(
        ev.OpeningChanged(0.5, OpeningState("open", 1020)), ev.TopicsOpened(1.0), ev.FinishPressed(2.0)
    )
    assert view_of(state, Site(), 2.0).opening == OpeningState("open", 1020)
    state, _ = transition(state, ev.OpeningChanged(3.0, None))
    assert view_of(state, Site(), 3.0).opening is None
