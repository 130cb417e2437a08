"""The session that the corner's view is made of."""

from tests.kiosk_app.session.conftest import play

__all__ = ["play"]
