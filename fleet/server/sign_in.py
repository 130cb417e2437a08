"""Signing in to the page: the server's token, kept in a cookie that scripts cannot read."""

from html import escape
from importlib import resources
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fleet.server.api import is_token
from fleet.server.service import Centre
from fleet.server.words import Words, load_words

_COOKIE = "yingbin_fleet"
_COOKIE_S = 12 * 3600
_MAX_FORM_BYTES = 4096


def may_write(centre: Centre, request: Request) -> bool:
    """Whether this browser has signed in."""
    return is_token(centre, request.cookies.get(_COOKIE, ""))


def add_sign_in(api: FastAPI, centre: Centre) -> None:
    """Add ``/enter``: by the link that ``serve`` prints, or by typing the token."""

    @api.get("/enter")
    def enter(token: str = "", lang: str = "zh") -> Response:
        words = load_words(lang)
        return _signed_in(centre, token, words) if token else HTMLResponse(_form(words, ""))

    @api.post("/enter")
    async def enter_by_form(request: Request, lang: str = "zh") -> Response:
        fields = parse_qs((await request.body())[:_MAX_FORM_BYTES].decode("ascii", "replace"))
        return _signed_in(centre, fields.get("token", [""])[0].strip(), load_words(lang))


def _signed_in(centre: Centre, token: str, words: Words) -> Response:
    if not is_token(centre, token):
        return HTMLResponse(_form(words, words["wrong_token"]), status_code=401)
    answer = RedirectResponse(f"/?lang={words.lang}", status_code=303)
    answer.set_cookie(_COOKIE, token, httponly=True, samesite="strict", max_age=_COOKIE_S)
    return answer


def _form(words: Words, problem: str) -> str:
    style = resources.files("fleet.server").joinpath("enter.css").read_text(encoding="utf-8")
    return (
        f"<!doctype html><html lang={words.lang}><meta charset=utf-8><title>{escape(words['brand'])}</title>"
        f"<style>{style}</style><form method=post action='/enter?lang={words.lang}'>"
        f"<b>{escape(words['enter_title'])}</b><label for=token>{escape(words['enter_token'])}</label>"
        "<input id=token name=token type=password autofocus autocomplete=off>"
        f"<p role=alert>{escape(problem)}</p><button>{escape(words['enter'])}</button></form></html>"
    )
