"""One plain form for sentences that differ only in width, case, spaces or punctuation."""

from __future__ import annotations

import re
import unicodedata

_SPACE_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


def plain_form(text: str) -> str:
    """NFKC, lower case, letters and digits only; words in Latin script stay apart by one space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(character if character.isalnum() else " " for character in folded).split()
    return _SPACE_BESIDE_HAN.sub("", " ".join(words))
