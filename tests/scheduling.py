"""Which tests stay together on one core: those of a file, and those that look at the same window."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

WINDOWS = "tests/kiosk_app/ui/"
PANELS = ("1080x1920", "1920x1080", "1280x800")
"""One real window each, which takes minutes to draw everything; the first one is looked at where no other is named."""
AT_WINDOWS = (
    "test_home_screen",
    "test_live_view",
    "test_logo_picture",
    "test_masked_picture",
    "test_plan",
    "test_screens",
    "test_sound",
    "test_staff_pages",
    "test_take_along",
)


class TogetherScheduling(LoadScopeScheduling):
    """The largest groups first, each on the next core that is free.

    Marks would say the same, but the runner's own scheduler cannot read them with the present pytest
    (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The group of a test, ``folder/test_file.py::Class::test[parameters]``."""
    file, _, test = nodeid.partition("::")
    if file.removeprefix(WINDOWS).removesuffix(".py") not in AT_WINDOWS:
        return file
    return next((panel for panel in PANELS if panel in test), PANELS[0])
