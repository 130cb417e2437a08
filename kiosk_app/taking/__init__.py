"""An answer to take along: what its code says, and the code itself."""

from kiosk_app.taking.code import Code, code_of
from kiosk_app.taking.link import link_problem, link_to
from kiosk_app.taking.words import words_of

__all__ = ["Code", "code_of", "link_problem", "link_to", "words_of"]
