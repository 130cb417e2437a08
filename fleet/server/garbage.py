"""How often Python looks for garbage in a centre's process.

Every message becomes some ten objects that live until the commit. With Python's own figures the looks through them, and
through everything that was ever imported, take a third of the time in which a message is read
(docs/measurements/ingest.md).
"""

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 100
"""Objects between two looks at the newest; looks between two at those that outlived one, and at all."""


def look_seldom() -> None:
    """For the whole process: what is there now has come to stay and is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
