"""The touchscreen as the runtime sees it: show a view, get touches back."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app.events import PrintPressed, RateChosen, ScreenTouched, Touch, VolumeStepped
from kiosk_app.i18n import translator
from kiosk_app.logo import Logo
from kiosk_app.reply import Language
from kiosk_app.ui import environment
from kiosk_app.ui.errors import NoDisplayError, PictureRefusedError
from kiosk_app.ui.fonts import font_files
from kiosk_app.ui.keypad import Keypad
from kiosk_app.ui.live_glass import LiveGlass
from kiosk_app.ui.picture import png_of, write_png
from kiosk_app.ui.settings import ScreenSettings
from kiosk_app.ui.theme import Theme
from kiosk_app.view import ViewData

environment.prepare()

from kivy.app import App  # noqa: E402  the toolkit reads its environment while it is imported
from kivy.clock import Clock  # noqa: E402
from kivy.input.motionevent import MotionEvent  # noqa: E402
from kivy.uix.widget import Widget  # noqa: E402

if TYPE_CHECKING:
    from kiosk_app.staff.reports import SoundLook
    from kiosk_app.ui.parts.block import Block
    from kiosk_app.ui.root import Root

log = logging.getLogger(__name__)

_OVERLAY_STAYS = (ScreenTouched, PrintPressed, RateChosen, VolumeStepped)
"""After these what lies over the screen goes on lying there."""

OnDrawn = Callable[[ViewData, float], None]


class KioskScreen(App):
    """The window. ``run`` blocks on the main thread; ``show``, ``request_stop`` and ``save_screenshot`` may be
    called from any thread, before and while it runs.

    ``post`` receives every touch on the toolkit's thread and must return at once. ``on_drawn(view, at)`` is called
    there too, when the frame that shows ``view`` has been handed to the display (monotonic seconds).
    """

    def __init__(
        self,
        post: Callable[[Touch], None],
        settings: ScreenSettings,
        on_drawn: OnDrawn | None = None,
        logo: Logo | None = None,
    ) -> None:
        environment.configure(settings)
        super().__init__()
        self.settings = settings
        self.on_drawn = on_drawn
        self.loudness: Callable[[], float] = lambda: 0.0
        """Asked with every frame in which the ring moves; must answer at once."""
        self.sound: Callable[[], SoundLook | None] = lambda: None
        """Asked ten times a second while the staff corner's page of the sound is open; must answer at once."""
        self.logo = logo
        self.live = LiveGlass()
        """Where the live view's pictures come from, and the texture they are drawn with."""
        self.theme = Theme.build(settings, elder=False, contrast=False)
        self.lang: Language = "zh"
        self._ = translator("zh")
        self._post = post
        self.keypad = False
        """Whether the keys of a numeric keypad are read; to be said before ``run``."""
        self._keys: Keypad | None = None
        self._lock = threading.Lock()
        self._latest: ViewData | None = None
        self._scheduled = False
        self._running = False
        self._stop_wanted = False
        self._ended = False
        self._shown: ViewData | None = None
        self._undrawn: list[ViewData] = []
        self._pictures: list[tuple[Path, Future[Path]]] = []
        self._holder: Block | None = None  # the first widget opens the window, so it waits for run()
        self._content: Root | None = None

    # --- from any thread ----------------------------------------------------------------------------------

    def show(self, view: ViewData) -> None:
        """Show ``view`` with the next frame. Of several views before that frame only the last is shown."""
        with self._lock:
            self._latest = view
            if self._scheduled or not self._running:
                return
            self._scheduled = True
        Clock.schedule_once(self._apply, -1)

    def request_stop(self) -> None:
        """Close the window and let ``run`` return."""
        with self._lock:
            self._stop_wanted = True
            running = self._running
        if running:
            Clock.schedule_once(lambda _: self.stop(), -1)

    def save_screenshot(self, path: Path | str) -> Future[Path]:
        """Write the pixels of the next frame to ``path`` as PNG; the future is done when the file is there.

        It is cancelled when the window closes first, and fails with ``PictureRefusedError`` while the camera's
        picture is on the screen: that is written nowhere.
        """
        future: Future[Path] = Future()
        with self._lock:
            if self._ended:
                future.cancel()
                return future
            self._pictures.append((Path(path), future))
        Clock.schedule_once(self._redraw, -1)
        return future

    def masked_screenshot(self) -> Future[bytes]:
        """A PNG of what is shown, drawn anew without any citizen's words and off the glass (``remote.masking``).

        It is cancelled when the window closes first, and fails with ``PictureRefusedError`` in the staff corner.
        """
        future: Future[bytes] = Future()
        with self._lock:
            if self._ended or not self._running:
                future.cancel()
                return future
        Clock.schedule_once(lambda _: self._draw_masked(future), -1)
        return future

    # --- the toolkit's thread -----------------------------------------------------------------------------

    def run(self) -> None:
        """Open the window and serve it until ``request_stop``.

        Raises ``FontMissingError`` or ``NoDisplayError`` before anything is shown.
        """
        files = font_files()
        _open_window()
        from kiosk_app.ui.parts.text import register_fonts

        register_fonts(files)
        super().run()

    def build(self) -> Widget:
        """Called by the toolkit once the window is there."""
        from kivy.core.window import Window

        from kiosk_app.ui import stage
        from kiosk_app.ui.parts.block import Block

        stage.enter(self)
        self._holder = Block()
        Window.bind(on_touch_down=self._touched, on_flip=self._flip, on_resize=self._resized)
        if self.keypad:
            self._keys = Keypad(self.send)  # the toolkit itself would not keep it
            self._keys.attach()
        self._set_theme(elder=False, contrast=False)
        return self._holder

    def on_start(self) -> None:
        """Called by the toolkit when its loop begins."""
        with self._lock:
            self._running = True
            waiting, stop = self._latest is not None, self._stop_wanted
            self._scheduled = waiting
        if waiting:
            self._apply(0)
        if stop:
            Clock.schedule_once(lambda _: self.stop(), 0)

    def on_stop(self) -> None:
        """Called by the toolkit when its loop ends: nobody may wait for a picture any more."""
        with self._lock:
            self._running, self._ended = False, True
            pictures, self._pictures = self._pictures, []
        for _, future in pictures:
            future.cancel()

    def send(self, event: Touch) -> None:
        """Post a touch; for widgets."""
        self._post(event)
        if not isinstance(event, _OVERLAY_STAYS):
            self.close_overlay()

    def show_privacy(self) -> None:
        """Lay the privacy notice over the screen."""
        if self._content is not None:
            self._content.show_privacy()

    def show_take_along(self) -> None:
        """Lay the code of the answer over the screen."""
        if self._content is not None:
            self._content.show_take_along()

    def show_sound(self) -> None:
        """Lay over the screen how loud and how fast the kiosk speaks."""
        if self._content is not None:
            self._content.show_sound()

    def show_plan(self) -> None:
        """Lay the way to the answer's window over the screen."""
        if self._content is not None:
            self._content.show_plan()

    def close_overlay(self) -> None:
        """Take away what a finger has laid over the screen."""
        if self._content is not None:
            self._content.close_overlay()

    def relayout(self) -> None:
        """Place everything again."""
        if self._content is not None:
            self._content.arrange()

    def _apply(self, _: float) -> None:
        with self._lock:
            view, self._scheduled = self._latest, False
        if view is None:
            return
        if self._shown is not None and view.visit != self._shown.visit:
            self._forget()
        if self._content is None or self._mode(view) != self._mode(self._shown):
            self._content = self._rebuild(view)
        self._shown = view
        self._content.show(view)
        self._undrawn.append(view)
        self._redraw(0)

    def _rebuild(self, view: ViewData) -> Root:
        """Another language or look: nothing of the old widgets stays."""
        from kiosk_app.ui.root import Root

        self.lang = view.lang
        self._ = translator(view.lang)
        self._set_theme(elder=view.elder, contrast=view.contrast, lowered=view.lowered)
        if self._content is not None:
            self._content.close_overlay()
        content = Root()
        if self._holder is not None:
            self._holder.clear_widgets()
            self._holder.add_widget(content)
            if self.theme.above:
                self._put_up_banner(self._holder, view.site_name)
        return content

    @staticmethod
    def _forget() -> None:
        """Another visit, or none: nothing that was worked out for the one before is kept."""
        from kiosk_app.ui.parts.text import forget_widths

        forget_widths()

    def _put_up_banner(self, holder: Block, name: str) -> None:
        """Over controls that have been lowered."""
        from kiosk_app.ui.parts.banner import Banner

        theme, banner = self.theme, Banner()
        banner.show(name)
        banner.place(0, theme.height + theme.above, theme.width, theme.above)
        holder.add_widget(banner)

    @staticmethod
    def _mode(view: ViewData | None) -> tuple[object, ...]:
        return (view.lang, view.elder, view.contrast, view.lowered) if view is not None else ()

    def _set_theme(self, *, elder: bool, contrast: bool, lowered: bool = False) -> None:
        from kivy.core.window import Window

        size = (int(Window.width), int(Window.height))
        self.theme = Theme.build(self.settings, elder=elder, contrast=contrast, lowered=lowered, size=size)
        Window.clearcolor = self.theme.colour("ground")

    def _resized(self, *_: object) -> None:
        if self._shown is not None:
            self._content = self._rebuild(self._shown)
            self._content.show(self._shown)

    def _redraw(self, _: float) -> None:
        if self._holder is not None:
            self._holder.drawing.ask_update()

    def _touched(self, _window: object, touch: MotionEvent) -> bool:
        from kiosk_app.ui.parts.tap import TOUCHED_AT

        if "button" in touch.profile and str(touch.button).startswith("scroll"):
            return True  # a mouse wheel is no finger
        at = time.monotonic()
        touch.ud[TOUCHED_AT] = at
        self._post(ScreenTouched(at))
        return False

    def _flip(self, window: Any) -> bool:
        """Instead of the toolkit's own flip, so that pictures are taken before it and times after it."""
        self._take_pictures(window)
        window.flip()
        at = time.monotonic()
        drawn, self._undrawn = self._undrawn, []
        if self.on_drawn is not None:
            for view in drawn:
                self.on_drawn(view, at)
        return True

    def _draw_masked(self, future: Future[bytes]) -> None:
        from kiosk_app.ui.masked_picture import masked_pixels

        view = self._shown
        if view is None or view.corner is not None:
            future.set_exception(PictureRefusedError())
            return
        try:
            width, height, pixels = masked_pixels(view, self.theme.colour("ground"))
        except Exception as error:  # noqa: BLE001  whoever asked has to learn of it, not the screen
            future.set_exception(error)
            return
        encode = threading.Thread(
            target=lambda: future.set_result(png_of(width, height, pixels)), name="screenshot", daemon=True
        )
        encode.start()

    def _take_pictures(self, window: Any) -> None:
        with self._lock:
            pictures, self._pictures = self._pictures, []
        if not pictures:
            return
        if self.live.lit:
            for _, future in pictures:
                future.set_exception(PictureRefusedError())
            return
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        width, height = (int(side) for side in window.size)
        pixels = bytes(glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE))
        writer = threading.Thread(
            target=_write_pictures, args=(pictures, width, height, pixels), name="screenshot", daemon=True
        )
        writer.start()


def _open_window() -> None:
    """Let the toolkit open its window, which it does while its module is imported, and say clearly when it cannot."""
    toolkit = logging.getLogger("kivy")
    level = toolkit.level
    toolkit.setLevel(logging.CRITICAL + 1)  # what it says about a missing display does not help a technician
    try:
        from kivy.core.window import Window
    finally:
        toolkit.setLevel(level)
    if Window is None:
        raise NoDisplayError(
            "no_display",
            f"No window with OpenGL ES 2 could be opened (SDL_VIDEODRIVER={os.environ.get('SDL_VIDEODRIVER')}): "
            "no display answers, or its driver gives no GL. Check DISPLAY or WAYLAND_DISPLAY, and "
            "run: apt-get install libegl1 libgles2 libgl1-mesa-dri (without a display: SDL_VIDEODRIVER=offscreen)",
        )


def _write_pictures(
    pictures: list[tuple[Path, Future[Path]]], width: int, height: int, pixels: bytes
) -> None:
    for path, future in pictures:
        try:
            write_png(path, width, height, pixels)
        except OSError as error:
            future.set_exception(error)
        else:
            future.set_result(path)
