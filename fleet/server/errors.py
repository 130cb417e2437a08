"""The errors of the fleet server."""


class FleetError(Exception):
    """Something the centre refuses or cannot do; ``code`` is stable, the text says what to do next."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message
