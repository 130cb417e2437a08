"""The kiosk's fixed texts in Chinese and English.

English is the message id; Chinese is designed first and stands in ``locale/zh``: ``yingbin.po`` has what stands
on the screen, ``dialogue.po`` what the kiosk says of its own accord, ``staff.po`` what only technicians read. Texts
about matters come from the packs and never pass through here.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from kiosk_app.reply import Language

DOMAIN = "yingbin"
SPOKEN = "dialogue"
STAFF = "staff"
LOCALE = Path(__file__).parent / "locale"


def catalogue_file(lang: Language, domain: str = DOMAIN) -> Path:
    """Where a catalogue of ``lang`` lies; English has none."""
    return LOCALE / lang / "LC_MESSAGES" / f"{domain}.po"


@cache
def translations(lang: Language) -> gettext.NullTranslations:
    """The catalogues of ``lang``, read once per process. English falls back to the message ids."""
    texts = _read(lang, DOMAIN)
    texts.add_fallback(_read(lang, SPOKEN))
    texts.add_fallback(_read(lang, STAFF))
    return texts


def _read(lang: Language, domain: str) -> gettext.NullTranslations:
    path = catalogue_file(lang, domain)
    if not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang, domain=domain))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translator(lang: Language) -> Callable[[str], str]:
    """A function from message id to text in ``lang``."""
    return translations(lang).gettext


def N_(message: str) -> str:  # noqa: N802  the name that gettext tools look for
    """Mark ``message`` as a message id that is translated later."""
    return message
