"""The errors of the device's agent."""


class AgentError(Exception):
    """Something the agent cannot do; ``code`` is stable, the text says what to do next."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class OutboxError(AgentError):
    """The outbox cannot be opened or a record could not be written to disk."""


class LinkError(AgentError):
    """The connection to the broker is not ours alone."""


class IdentityError(AgentError):
    """This device is not, or not soundly, a kiosk of a centre, or cannot become one; see ``kiosk provision``."""


class FetchError(AgentError):
    """An update cannot be had: refused, not signed for, lapsed, no room on disk, wrong hash."""
