"""What may be written down of what a citizen said: numbers and names that point at a person are masked first."""

from kiosk_app.redaction.redact import PLACEHOLDERS, redact

__all__ = ["PLACEHOLDERS", "redact"]
