"""The web page of a matter, where a site has one."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

MATTER = "{matter}"
_LONGEST = 200
"""Characters; the code of a longer one would be as dense as that of a whole text."""


def link_problem(url: str) -> str:
    """What is wrong with the ``url`` of a site's pages, as advice; empty when nothing is."""
    example = "like https://example.gov.cn/matters/{matter}"
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return f"must be a web address {example}"
    if parts.scheme != "https" or not host or parts.username is not None:
        return f"must begin with https:// and a host, {example}"
    if url.count(MATTER) != 1 or MATTER in parts.netloc:
        return f"must have {MATTER} once, where the matter's id belongs, {example}"
    rest = url.replace(MATTER, "")
    if (
        any(character in rest for character in "{}")
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    ):
        return f"must be plain letters, digits and signs without spaces, {example}"
    return f"must not be longer than {_LONGEST} characters" if len(url) > _LONGEST else ""


def link_to(url: str, matter: str) -> str:
    """The page of ``matter``: its id is all that the link tells."""
    return url.replace(MATTER, quote(matter, safe=""))
