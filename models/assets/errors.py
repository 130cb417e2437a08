"""What can go wrong with model files."""

from __future__ import annotations


class AssetError(Exception):
    """Base of all errors of this package; ``code`` is stable, the message says what to do next.

    Codes: ``assets.unknown``, ``assets.bad_mirror``, ``assets.bad_manifest``, ``assets.absent``,
    ``assets.damaged``, ``assets.unavailable`` (no source had it), ``assets.no_space``,
    ``assets.cannot_write``, ``assets.bad_archive``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
