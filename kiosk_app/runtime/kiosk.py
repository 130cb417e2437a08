"""The kiosk: its parts, the session loop between them, and the order in which they come and go."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from fleet.device.agent import Agent
from fleet.device.events import AgentEvent, CommandAsked, QueueCommanded, TargetFetched
from fleet.device.identity import IdentityFiles
from fleet.device.updates.inbox import InboxWatch
from hardware.headphones import HeadphoneJack
from hardware.proximity import ProximitySensor
from hardware.watchdog import Watchdog
from kiosk_app.attendance import SENSOR
from kiosk_app.config import KioskConfig
from kiosk_app.dialogue import prepare
from kiosk_app.events import CaptionDrawn, Event, KeyPressed, PartDown, PartUp, Stopping
from kiosk_app.guide.items import page_of
from kiosk_app.home import site_of, site_of_camera
from kiosk_app.identity import linked_identity
from kiosk_app.log_file import LogFile
from kiosk_app.plan import Wayfinder
from kiosk_app.plan_check import wayfinder_of
from kiosk_app.presenter import Site, taken_along, view_of
from kiosk_app.reply import Reply
from kiosk_app.runtime.attention import attend
from kiosk_app.runtime.bulletin import Bulletin, update_of
from kiosk_app.runtime.garbage import Garbage
from kiosk_app.runtime.hearing import Hearing
from kiosk_app.runtime.hours import Hours
from kiosk_app.runtime.languages import settled
from kiosk_app.runtime.learning import Learning
from kiosk_app.runtime.librarian import Librarian, Volume
from kiosk_app.runtime.loop import SessionLoop
from kiosk_app.runtime.parts import (
    attendance_of,
    build_agent,
    build_jack,
    build_printing,
    build_proximity,
    build_watcher,
    senses_of,
)
from kiosk_app.runtime.peephole import Peephole
from kiosk_app.runtime.printing import Printing, stamped
from kiosk_app.runtime.queueing import Queueing
from kiosk_app.runtime.remote_orders import RemoteOrders
from kiosk_app.runtime.screen import Screen
from kiosk_app.runtime.sensing import Sensing
from kiosk_app.runtime.sound_devices import SoundDevices
from kiosk_app.runtime.speaking import Speaking
from kiosk_app.runtime.steward import Steward
from kiosk_app.runtime.supervisor import Supervisor
from kiosk_app.runtime.telemetry import Telemetry
from kiosk_app.runtime.ticketing import Ticketing
from kiosk_app.runtime.updates import Updates
from kiosk_app.runtime.vitals import Vitals
from kiosk_app.runtime.workshop import Workshop
from kiosk_app.session import Effect, PrintTicket, SessionState, VisitEnded, initial_state
from kiosk_app.session.state import NOT_CONFIGURED, STARTING, TURNED_OFF
from kiosk_app.staff.door import Door
from kiosk_app.staff.site_settings import SiteSettingsFile
from kiosk_app.taking.receipt import Receipt
from kiosk_app.taking.ticket_slip import TicketSlip
from kiosk_app.trace import Tracer
from kiosk_app.trust import inbox_of, link_folder
from kiosk_app.updating.news import News
from kiosk_app.view import ViewData
from models.knowledge import Knowledge
from models.knowledge.place import Opening
from vision.events import VisionEvent
from vision.watcher import Watcher
from voice.events import PlaybackFailed
from voice.listener import Listener
from voice.player import Voice
from voice.ports import Recognizer

logger = logging.getLogger(__name__)


Show = Callable[[ViewData], None]
Observer = Callable[[Event, SessionState, tuple[Effect, ...]], None]


class Kiosk:
    """One kiosk, without its screen: ``show`` gets every new view, ``post`` takes every touch.

    ``config_problem`` puts it in safe mode: the polite out-of-service screen, with the link to the centre still
    running so that somebody learns of it. ``devices`` stand in for the configured microphone and loudspeaker,
    ``begun`` is what the start had to say of updates.
    """

    def __init__(
        self,
        config: KioskConfig,
        show: Show,
        config_problem: str = "",
        devices: SoundDevices | None = None,
        config_source: str = "",
        begun: Sequence[News] = (),
    ) -> None:
        self.config = config
        self.config_problem, self.config_source = config_problem, config_source
        self.settings = SiteSettingsFile(config.home)
        self.log_file = LogFile(config.home)
        self.again = False
        """The program is to be started again after it has stopped."""
        self.leave: Callable[[], object] = lambda: None
        """Ends whatever waits for the kiosk's end; any thread may call it."""
        devices = devices or SoundDevices()
        self.tracer = Tracer()
        self.screen: Screen | None = None
        self._show = show
        self._wayfinder: Wayfinder | None = None
        self._site = self._with_taking(site_of_camera(config.camera))
        self._shown: ViewData | None = None
        self._observers: list[Observer] = []
        self._supervisor = Supervisor(self.post)
        self._sensing = Sensing(attendance_of(config.proximity), self.post)
        self._identity = linked_identity(config)
        self.telemetry = Telemetry(expected=self._identity is not None)
        self._vitals = Vitals(config.home, self.telemetry.health)
        self._bulletin = Bulletin(self.telemetry)
        self._librarian = Librarian(config, self.post, self._bulletin.tell)
        local = Path(config_source) if config_source else None
        self.updates = Updates(config, local, self.post, self._bulletin.tell, begun)
        self.learning = Learning(config, lambda: self.knowledge, self.telemetry)
        self.speaking = Speaking(config, devices.speaker)
        self.hearing = Hearing(config, devices.microphone, self._librarian, self.speaking, self.post)
        self.door = Door.of(config.home, config.staff.pin_file, self.post)
        self.peephole = Peephole()
        self.workshop = Workshop(self, self.post)
        self._orders = RemoteOrders(self, lambda: self.screen, self.post)
        self.ticketing = Ticketing(config, lambda: self.knowledge, lambda: self.agent, self.telemetry)
        self._inbox = InboxWatch(inbox_of(config), self._from_agent)
        self._steward = Steward(self)
        self._hours = Hours(config.site.quiet_hours, self.post, opening=self._opening)
        self._garbage = Garbage(lambda: self.state.visit is not None)
        self._watchdog = Watchdog()
        state = initial_state(
            time.monotonic(),
            site_lang=config.site.lang,
            senses=senses_of(config),
            greet_aloud=config.site.greet_aloud,
            volume=self.settings.volume(config.speaker.volume),
            run=secrets.token_hex(3),
            full_duplex=self.hearing.full_duplex,
            ticketing=config.queue.system != "none",
            call_aloud=config.queue.call_aloud,
        )
        self._loop = SessionLoop(
            state, self._steward.carry_out, self._changed, watchdog=self._watchdog, complete=self._complete
        )
        self._opener = threading.Thread(target=self._open, name="opening", daemon=True)

    # --- coming and going ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Show the first screen at once; knowledge and parts follow in their own threads."""
        self.log_file.start()
        now = time.monotonic()
        self._garbage.start()
        self.post(PartDown(now, "knowledge", STARTING))
        if self.config_problem:
            self.post(PartDown(now, "config", self.config_problem))
        self.post(PartDown(now, "link", STARTING if self._identity is not None else NOT_CONFIGURED))
        if self._identity is not None:
            self._orders.start()
        self._loop.start()
        self.learning.start()
        self._hours.start()
        if self._identity is not None:
            self._vitals.start()
        self._opener.start()
        self._inbox.start()

    def stop(self) -> None:
        """Stop who uses the parts, then the parts in the reverse of their order.

        The last records of the loop and the librarian still reach the agent's files that way.
        """
        self._watchdog.stopping()
        self._opener.join()
        self._inbox.stop()
        self._orders.stop()
        self._librarian.stop()
        self.updates.stop()
        self._hours.stop()
        self._vitals.stop()
        self.post(Stopping(time.monotonic()))
        self._loop.stop()
        self.door.stop()
        self.workshop.stop()
        self.learning.stop()
        self._supervisor.stop()
        self._garbage.stop()
        self.speaking.stop()
        self.log_file.stop()

    def start_again(self) -> None:
        """Nobody is here: take what was installed into use, which needs a new start; returns at once."""
        if self.updates.apply():
            self.begin_again()

    def begin_again(self) -> None:
        """Stop in good order, and let whoever runs this start the program again; returns at once."""
        self.again = True
        self.leave()

    def post(self, event: Event) -> None:
        """Tell the kiosk that something happened; from any thread."""
        self._loop.post(event)

    def watch(self, observer: Observer) -> None:
        """Let ``observer`` see every transition, in the loop's thread; for the demonstration and for tests."""
        self._observers.append(observer)

    def drawn(self, view: ViewData, at: float) -> None:
        """The screen has drawn ``view``; called from its thread."""
        self._garbage.screen_drawn()
        if view.screen == "listening" and view.caption:
            self.post(CaptionDrawn(at))

    def loudness(self) -> float:
        """How loud the voice is that the kiosk listens to, 0 to 1, for the screen's ring."""
        return self.hearing.loudness() if self.state.listening else 0.0

    def _open(self) -> None:
        if (identity := self._identity) is not None:
            self._supervisor.add("agent", lambda: self._link(identity))
        volume = self._librarian.first()
        if volume is not None:
            self.install(volume)
        if not self.config_problem:
            self._add_senses()
        if volume is not None:
            self.post(PartUp(time.monotonic(), "knowledge"))
        else:
            self.post(PartDown(time.monotonic(), "knowledge", self._librarian.complaint))
        self._supervisor.start()
        prepare()
        if volume is not None:
            self._librarian.report(volume)
        self.updates.start()
        self._watchdog.ready()

    def _add_senses(self) -> None:
        config = self.config
        if config.speech.backend != "none" and config.speaker.backend != "none":
            self._supervisor.add("speech", self._voice)
        else:
            self.post(PartDown(time.monotonic(), "speech", TURNED_OFF))
        if config.recognition.backend != "none" and config.microphone.backend != "none":
            self._supervisor.add("recognition", self.hearing.build)
        else:
            self.post(PartDown(time.monotonic(), "microphone", TURNED_OFF))
        if config.camera.enabled:
            self._supervisor.add("camera", self._watcher)
        if config.proximity.sensor != "none":
            self._supervisor.add(SENSOR, self._proximity)
        if config.printer.backend != "none":
            self._supervisor.add("printer", self._printer)
        if self.ticketing.wanted:
            self._supervisor.add("queue", self._queue)
        if config.headphones.enabled:
            self._supervisor.add("headphones", self._jack)

    # --- the parts -----------------------------------------------------------------------------------------

    @property
    def agent(self) -> Agent | None:
        """The link to the centre, when it runs."""
        part = self._supervisor.running("agent")
        return part if isinstance(part, Agent) else None

    @property
    def voice(self) -> Voice | None:
        """The voice, when it runs."""
        part = self._supervisor.running("speech")
        return part if isinstance(part, Voice) else None

    @property
    def listener(self) -> Listener | None:
        """The ears, when they run."""
        part = self._supervisor.running("recognition")
        return part if isinstance(part, Listener) else None

    @property
    def watcher(self) -> Watcher | None:
        """The eyes, when they run."""
        part = self._supervisor.running("camera")
        return part if isinstance(part, Watcher) else None

    @property
    def printing(self) -> Printing | None:
        """What prints, when it runs."""
        part = self._supervisor.running("printer")
        return part if isinstance(part, Printing) else None

    @property
    def queueing(self) -> Queueing | None:
        """What gives numbers, when it runs."""
        part = self._supervisor.running("queue")
        return part if isinstance(part, Queueing) else None

    @property
    def knowledge(self) -> Knowledge | None:
        """What the kiosk answers from."""
        volume = self._librarian.current
        return volume.knowledge if volume else None

    @property
    def state(self) -> SessionState:
        """The session's state; immutable."""
        return self._loop.state

    def _link(self, identity: IdentityFiles) -> Agent:
        folder = link_folder(self.config)
        folder.mkdir(parents=True, exist_ok=True)
        agent = build_agent(identity, folder, {"yingbin": version("yingbin")}, self._from_agent)
        self._bulletin.connect(agent)
        self.telemetry.connect(agent)
        self.ticketing.connect(agent)
        return agent

    def _voice(self) -> Voice:
        return self.speaking.build(self._from_voice)

    def _watcher(self) -> Watcher:
        watcher = build_watcher(self.config.camera, self.config.home, self._from_camera)
        self._sensing.looks()
        return watcher

    def _proximity(self) -> ProximitySensor:
        return build_proximity(self.config.proximity, self._sensing, self._sensor_lost)

    def _printer(self) -> Printing:
        return build_printing(
            self.config.printer, self.post, lambda reason: self._supervisor.failed("printer", reason)
        )

    def _queue(self) -> Queueing:
        return self.ticketing.build(self.post, lambda reason: self._supervisor.failed("queue", reason))

    def slip(self, wanted: PrintTicket) -> TicketSlip:
        """What is printed of a number."""
        return self.ticketing.slip(wanted, self._site)

    def _jack(self) -> HeadphoneJack:
        return build_jack(self.post, lambda reason: self._supervisor.failed("headphones", reason))

    def receipt(self, reply: Reply) -> Receipt:
        """What is printed of an answer: what can be taken along of it, and nothing else."""
        home = self._site.home.get(reply.lang)
        code = taken_along(reply, self._site.pages)
        hall = home.site_name if home else ""
        return Receipt(hall, reply.title, reply.cards, code, reply.lang, stamped())

    def _sensor_lost(self, reason: str) -> None:
        self._sensing.numb()
        self._supervisor.failed(SENSOR, reason)

    def _from_agent(self, event: AgentEvent) -> None:
        if isinstance(event, TargetFetched):
            installer = self._librarian if event.kind == "knowledge" else self.updates
            installer.fetched(update_of(event))
        elif isinstance(event, QueueCommanded):
            self._call(event)
        elif isinstance(event, CommandAsked):
            self._orders.take(event)
        else:
            self.post(event)

    def _call(self, wanted: QueueCommanded) -> None:
        queueing, agent = self.queueing, self.agent
        if queueing is not None:
            queueing.command(wanted)
        elif agent is not None:
            agent.conclude(wanted.command, False, "this kiosk gives no numbers now")

    def _from_camera(self, event: VisionEvent) -> None:
        """That it gives no picture must not be told before, and so undone by, that its watcher has begun."""
        self._supervisor.wait_until_told("camera")
        self._sensing.seen(event)

    def _from_voice(self, event: Event) -> None:
        self.speaking.heard(event)
        self.post(event)
        if isinstance(event, PlaybackFailed):
            self._supervisor.failed("speech", event.reason)

    def _opening(self) -> Opening | None:
        knowledge = self.knowledge
        return knowledge.hall.opening if knowledge is not None else None

    # --- what the loop calls -------------------------------------------------------------------------------

    def _complete(self, event: Event, state: SessionState) -> Event:
        """A key means what is on the screen when its turn comes."""
        if isinstance(event, KeyPressed):
            return replace(event, page=page_of(view_of(state, self._site, event.at), event.at))
        return event

    def install(self, volume: Volume, recognizer: Recognizer | None = None) -> None:
        """Answer from ``volume`` from now on; its vocabulary begins with the next utterance."""
        self._librarian.current = volume
        self._wayfinder = wayfinder_of(volume.knowledge.hall, self.config.site)
        self._furnish(volume)
        self._hours.look()
        self.speaking.furnish(volume.knowledge, self.learning.frequent)
        self.learning.look()
        self._garbage.grown()
        if recognizer is not None:
            self.hearing.listen_for(recognizer)

    def _furnish(self, volume: Volume) -> None:
        site = site_of(volume.knowledge, self.config.camera, self.learning.frequent, volume.searches)
        self._site = self._with_taking(site)

    def _with_taking(self, site: Site) -> Site:
        pages, printer = self.config.take_along.url or "", self.config.printer.backend != "none"
        return replace(site, pages=pages, printer=printer, wayfinder=self._wayfinder)

    def answering(self) -> AbstractContextManager[None]:
        """Around whatever is made of the knowledge; while it is new, a failure there is its own."""
        return self._librarian.answering()

    def swap(self) -> None:
        """Put the waiting knowledge in place; the session has said that nobody is being served."""
        arrival = self._librarian.take_arrival()
        if arrival is None:
            return
        try:
            self.install(arrival.volume, arrival.recognizer)
        except Exception as error:
            self._librarian.broke(error)
            raise
        self._librarian.adopted(arrival)
        self.post(PartUp(time.monotonic(), "knowledge"))
        if self.listener is None:
            threading.Thread(target=self._supervisor.retry, args=("recognition",), daemon=True).start()

    def _changed(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        if self.listener is not None:
            attend(self.listener, state, effects)
        self.peephole.follow(state, self.watcher)
        self.workshop.follow(state)
        self._orders.follow(state)
        self._librarian.visit_language.settled = settled(state)
        self.telemetry.parts(event)
        self.telemetry.presence(event)
        self.telemetry.visits(effects)
        self.telemetry.staff(event)
        self.telemetry.work(event, effects)
        for turn in self.tracer.observe(event, effects, state):
            self.telemetry.turn(turn)
            self._librarian.turn(turn)
            logger.info("%s", turn)
        self.learning.observe(event, effects)
        if any(isinstance(effect, VisitEnded) for effect in effects):
            self._garbage.visit_over()
        volume = self._librarian.current
        if volume is not None and self.learning.home_changes(event, state, effects):
            self._furnish(volume)
        with self.answering():
            view = view_of(state, self._site, time.monotonic())
        if view != self._shown:
            self._shown = view
            self._show(view)
        for observer in self._observers:
            observer(event, state, effects)
