"""The PIN of the staff corner: which may be chosen, and its argon2id hash on disk. The digits are nowhere."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk_app.staff.private_file import StaffError, read_private, write_private

if TYPE_CHECKING:
    from argon2 import PasswordHasher

FEWEST_DIGITS, MOST_DIGITS = 6, 12

_KEYPAD_WALKS = frozenset(
    {"147258", "147369", "258369", "258147", "369258", "741852", "852963", "963852", "159357", "159753",
     "357159", "135790", "135792", "246810", "314159", "520131", "5201314", "147258369"}
)  # fmt: skip
"""Figures and numbers that people choose first, and are not found by the rules below."""


def weakness(pin: str) -> str:
    """What is wrong with a PIN that somebody wants to choose; "" when nothing is."""
    if not (pin.isascii() and pin.isdigit()):
        return "a PIN has digits only"
    if not FEWEST_DIGITS <= len(pin) <= MOST_DIGITS:
        return f"a PIN has {FEWEST_DIGITS} to {MOST_DIGITS} digits"
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    pairs = pin[::2] == pin[1::2]
    repeated = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))
    if len(steps) == 1 or pairs or repeated or len(set(pin)) < 3 or pin in _KEYPAD_WALKS:
        return "this PIN is among the first that anybody would try"
    return ""


class PinFile:
    """The hash, in a file of mode 0600."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, pin: str) -> None:
        """Keep the hash of ``pin`` from now on.

        Raises:
            StaffError: ``staff.weak`` for a PIN that is easily guessed, ``staff.file`` when it cannot be written.
        """
        if problem := weakness(pin):
            raise StaffError(f"{problem}: choose another one", "staff.weak")
        write_private(self.path, _hasher().hash(pin) + "\n")

    def hash(self) -> str | None:
        """The hash; None when no PIN has been set.

        Raises:
            StaffError: ``staff.file``; there is a file, but no hash in it that can be trusted.
        """
        text = read_private(self.path)
        if text is None:
            return None
        from argon2 import Type, extract_parameters
        from argon2.exceptions import InvalidHashError

        try:
            kind = extract_parameters(text.strip()).type
        except InvalidHashError:
            kind = None
        if kind is not Type.ID:
            raise self._damaged()
        return text.strip()

    def matches(self, pin: str) -> bool:
        """Whether this is the PIN; takes about a tenth of a second, so that guessing does. Raises StaffError."""
        from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

        known = self.hash()
        if known is None:
            return False
        try:
            return _hasher().verify(known, pin)
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError) as error:
            raise self._damaged() from error

    def _damaged(self) -> StaffError:
        return StaffError(
            f"{self.path}: holds no hash of a PIN; set the PIN anew with `kiosk staff pin`", "staff.file"
        )


@cache
def _hasher() -> PasswordHasher:
    """32 MiB and three passes: more than OWASP's least for argon2id (19 MiB, two), and bearable on a small board."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
