"""The application's own errors: each has a stable code and says what is wrong, where, and what to do."""

from __future__ import annotations


class KioskError(Exception):
    """Base of the application's errors; ``code`` is stable, ``str(error)`` is for people."""

    code = "kiosk"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class ConfigError(KioskError):
    """The configuration cannot be used; one line per problem."""

    code = "config"


class DemoError(KioskError):
    """The demonstration cannot run on this machine."""

    code = "demo"


class BenchError(KioskError):
    """A figure of the benchmark could not be measured."""

    code = "bench"
