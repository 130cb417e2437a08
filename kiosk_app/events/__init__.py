"""Everything that can happen to a kiosk, one frozen dataclass each.

``at`` is always ``time.monotonic()`` seconds: of the moment itself (speech started, a finger touched), not of
the moment it was noticed. Events of hearing, speaking and seeing are those of the packages that sense them,
those of the staff corner and of the queues are those of ``kiosk_app.staff`` and ``kiosk_app.queues``.
"""

from __future__ import annotations

from fleet.device.events import HandoverAccepted, LinkDown, LinkUp, TargetFailed, TargetFetched
from kiosk_app.events.own import (
    CaptionDrawn,
    HeadphonesIn,
    HeadphonesOut,
    KnowledgeReady,
    OpeningChanged,
    PartDown,
    PartUp,
    Printed,
    PrintFailed,
    QuietHours,
    Replied,
    RestartWanted,
    Stopping,
    Tick,
)
from kiosk_app.events.touch import (
    BackPressed,
    ChoiceTaken,
    ContrastToggled,
    DepartmentsOpened,
    ElderToggled,
    FinishPressed,
    HomePressed,
    KeyPressed,
    LanguageChosen,
    LoweredToggled,
    MatterChosen,
    MuteToggled,
    PersonRequested,
    PrintPressed,
    QuestionTyped,
    RateChosen,
    RatingGiven,
    RepeatPressed,
    ScreenTouched,
    SearchKeyPressed,
    SearchOpened,
    SpeakPressed,
    StayPressed,
    StopPressed,
    TopicGroupChosen,
    TopicsOpened,
    Touch,
    UncoverPressed,
    VolumeStepped,
)
from kiosk_app.queues.events import (
    NumberCalled,
    QueuesChanged,
    TicketGiven,
    TicketRefused,
    TicketsOpened,
    TicketWanted,
)
from kiosk_app.remote.events import IdentityWanted, NoticesChanged, SiteVolumeSet
from kiosk_app.staff.events import (
    PinAccepted,
    PinEntered,
    PinPadOffered,
    PinRefused,
    SiteVolumeStepped,
    StaffKnocked,
    StaffLanguageToggled,
    StaffLeft,
    StaffPageChosen,
    StaffTaskChosen,
    StaffTaskConfirmed,
    StaffTaskDropped,
    StaffTold,
)
from vision.events import (
    CameraBack,
    CameraLost,
    CustomerLeft,
    OnlookerGone,
    OnlookerSeen,
    PersonApproaching,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    PersonNear,
    PersonWaiting,
)
from voice.events import (
    InterruptionConfirmed,
    InterruptionDismissed,
    InterruptionSuspected,
    ListeningFailed,
    MicrophoneBack,
    MicrophoneClear,
    MicrophoneImpaired,
    MicrophoneLost,
    NothingHeard,
    PartialHeard,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)

Event = (
    Tick
    | Touch
    | QuietHours
    | RestartWanted
    | OpeningChanged
    | PersonArrived
    | PersonApproaching
    | PersonNear
    | PersonEngaged
    | PersonWaiting
    | OnlookerSeen
    | OnlookerGone
    | CustomerLeft
    | PersonLeft
    | SpeechStarted
    | PartialHeard
    | SpeechEnded
    | UtteranceHeard
    | NothingHeard
    | ListeningFailed
    | InterruptionSuspected
    | InterruptionConfirmed
    | InterruptionDismissed
    | PlaybackStarted
    | PlaybackFinished
    | PlaybackFailed
    | MicrophoneLost
    | MicrophoneBack
    | MicrophoneImpaired
    | MicrophoneClear
    | CameraLost
    | CameraBack
    | Replied
    | HeadphonesIn
    | HeadphonesOut
    | Printed
    | PrintFailed
    | TicketGiven
    | TicketRefused
    | QueuesChanged
    | NumberCalled
    | CaptionDrawn
    | NoticesChanged
    | IdentityWanted
    | SiteVolumeSet
    | PinPadOffered
    | PinAccepted
    | PinRefused
    | StaffTold
    | HandoverAccepted
    | LinkUp
    | LinkDown
    | TargetFetched
    | TargetFailed
    | KnowledgeReady
    | PartDown
    | PartUp
    | Stopping
)

__all__ = [
    "BackPressed",
    "CameraBack",
    "CameraLost",
    "CaptionDrawn",
    "ChoiceTaken",
    "ContrastToggled",
    "CustomerLeft",
    "DepartmentsOpened",
    "ElderToggled",
    "Event",
    "FinishPressed",
    "HandoverAccepted",
    "HeadphonesIn",
    "HeadphonesOut",
    "HomePressed",
    "IdentityWanted",
    "InterruptionConfirmed",
    "InterruptionDismissed",
    "InterruptionSuspected",
    "KeyPressed",
    "KnowledgeReady",
    "LanguageChosen",
    "LinkDown",
    "LinkUp",
    "ListeningFailed",
    "LoweredToggled",
    "MatterChosen",
    "MicrophoneBack",
    "MicrophoneClear",
    "MicrophoneImpaired",
    "MicrophoneLost",
    "MuteToggled",
    "NothingHeard",
    "NoticesChanged",
    "NumberCalled",
    "OnlookerGone",
    "OnlookerSeen",
    "OpeningChanged",
    "PartDown",
    "PartUp",
    "PartialHeard",
    "PersonApproaching",
    "PersonArrived",
    "PersonEngaged",
    "PersonLeft",
    "PersonNear",
    "PersonRequested",
    "PersonWaiting",
    "PinAccepted",
    "PinEntered",
    "PinPadOffered",
    "PinRefused",
    "PlaybackFailed",
    "PlaybackFinished",
    "PlaybackStarted",
    "PrintFailed",
    "PrintPressed",
    "Printed",
    "QuestionTyped",
    "QueuesChanged",
    "QuietHours",
    "RateChosen",
    "RatingGiven",
    "RepeatPressed",
    "Replied",
    "RestartWanted",
    "ScreenTouched",
    "SearchKeyPressed",
    "SearchOpened",
    "SiteVolumeSet",
    "SiteVolumeStepped",
    "SpeakPressed",
    "SpeechEnded",
    "SpeechStarted",
    "StaffKnocked",
    "StaffLanguageToggled",
    "StaffLeft",
    "StaffPageChosen",
    "StaffTaskChosen",
    "StaffTaskConfirmed",
    "StaffTaskDropped",
    "StaffTold",
    "StayPressed",
    "StopPressed",
    "Stopping",
    "TargetFailed",
    "TargetFetched",
    "Tick",
    "TicketGiven",
    "TicketRefused",
    "TicketWanted",
    "TicketsOpened",
    "TopicGroupChosen",
    "TopicsOpened",
    "Touch",
    "UncoverPressed",
    "UtteranceHeard",
    "VolumeStepped",
]
