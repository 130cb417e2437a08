"""What the centre has put up on this kiosk: a message on the idle screen, and that it is out of service. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.reply import Language


@dataclass(frozen=True, slots=True)
class Words:
    """One text; where a language is missing, the other stands in."""

    zh: str = ""
    en: str = ""

    def in_(self, lang: Language) -> str:
        """The words for ``lang``."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)


@dataclass(frozen=True, slots=True)
class Closure:
    """Why nobody is served here, and where people shall go instead; either may be left to the screen's own words."""

    reason: Words
    where: Words


@dataclass(frozen=True, slots=True)
class Notices:
    """All that is up now."""

    message: Words | None = None
    closure: Closure | None = None


NO_NOTICES = Notices()


@dataclass(frozen=True, slots=True)
class Identity:
    """The kiosk shows its name until ``until``, monotonic seconds, so that somebody finds it."""

    name: str
    until: float
