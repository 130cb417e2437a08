"""The one error of the fleet protocol."""


class ProtocolError(ValueError):
    """A topic, a message or a record that does not follow the protocol.

    ``code`` is stable and meant for programs and logs; the text says what is wrong and where, and
    never quotes the offending value, which may be anything, a citizen's words included.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
