"""The tables of the store. Times are wall-clock milliseconds since 1970 (UTC).

Whoever changes them adds a file to ``migrations/versions``; a test holds the two together.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

kiosk = Table(
    "kiosk",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("added_at", BigInteger, nullable=False),
    Column("last_seen", BigInteger),
    Column("boot", String(64)),
    Column("versions", JSON, nullable=False, default=dict),
    Column("faults", JSON, nullable=False, default=list),
    Column("clock_skew_ms", BigInteger),  # the kiosk's clock less ours at its last birth
    Column("depth", BigInteger, nullable=False, default=0),
    Column("dropped", BigInteger, nullable=False, default=0),
    Column("lost", BigInteger, nullable=False, default=0),
    Column("refused", BigInteger, nullable=False, default=0),  # messages and records that broke the protocol
    Column("refusal", String(500), nullable=False, default=""),
)

boot = Table(
    "boot",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("boot", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

returned = Table(  # boots that were heard again after a younger one
    "returned",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("boot", String(64), primary_key=True),
    Column("conn", BigInteger, nullable=False),  # the newest connection heard of
    Column("state", String(8), nullable=False),  # on | off
    Column(
        "run", String(64), nullable=False
    ),  # the newest run of the server that it answered in this connection
    Column("since", BigInteger, nullable=False),
)

lease = Table(  # who leads the workers
    "lease",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("run", String(64), nullable=False),
    Column("term", BigInteger, nullable=False),  # counts the runs
    Column("began_at", BigInteger, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kiosk", String(32), nullable=False),
    Column("boot", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("lane", String(2), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("visit", String(64)),
    Column("matter", String(80)),
    Column("act", String(16)),
    Column("data", JSON, nullable=False),
    UniqueConstraint("kiosk", "boot", "seq", name="record_once"),
    Index("record_kind_at", "kind", "at"),
    Index("record_visit", "kiosk", "boot", "visit"),
)

LATENCIES = ("endpoint_ms", "recognise_ms", "understand_ms", "caption_ms", "first_audio_ms")
ROLLUP_SUMS = ("count", *(f"{name}_{what}" for name in LATENCIES for what in ("count", "sum")))

rollup = Table(  # records that are too old to be kept one by one
    "rollup",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("hour", BigInteger, primary_key=True),  # its first millisecond, by the kiosk's clock
    Column("kind", String(80), primary_key=True),
    Column("matter", String(80), primary_key=True),  # empty: none
    Column("act", String(16), primary_key=True),
    *(Column(name, Double if name.endswith("_sum") else BigInteger, nullable=False) for name in ROLLUP_SUMS),
)

stream = Table(
    "stream",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("boot", String(64), primary_key=True),
    Column("lane", String(2), primary_key=True),
    Column("acked", BigInteger, nullable=False),
    Column("ahead", JSON, nullable=False),  # [after, last] of what is stored behind a gap
    Column("moved_at", BigInteger, nullable=False),
    Index("stream_moved", "moved_at"),
)

handover = Table(
    "handover",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("kiosk", String(32), nullable=False),
    Column("boot", String(64), nullable=False),
    Column("handover", String(64), nullable=False),
    Column("visit", String(64), nullable=False),
    Column("lang", String(16), nullable=False),
    Column("matters", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),  # waiting | accepting | accepted | closed
    Column("command", String(64)),
    Column("reason", String(500), nullable=False, default=""),
    Column("changed_at", BigInteger, nullable=False),
    Index("handover_state", "state", "at"),
)

command = Table(
    "command",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kiosk", String(32), nullable=False),
    Column("name", String(64), nullable=False),
    Column("exp", BigInteger, nullable=False),  # seconds since 1970
    Column("state", String(16), nullable=False),  # SENT, then as in the protocol
    Column("reason", String(500), nullable=False, default=""),
    Column("at", BigInteger, nullable=False),
)

command_detail = Table(
    "command_detail",
    metadata,
    Column("command", String(64), primary_key=True),
    Column("args", JSON, nullable=False),
    Column("data", JSON, nullable=False),
    Column("attachment", JSON),
)

queues = Table(
    "queues",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),  # by the kiosk's clock
    Column("queues", JSON, nullable=False),
)

queue_call = Table(
    "queue_call",
    metadata,
    Column("command", String(64), primary_key=True),
    Column("queue", String(80), nullable=False),
    Column("window", String(10), nullable=False),
    Column("number", String(8), nullable=False, default=""),
    Column("at", BigInteger, nullable=False),
)

target = Table(  # what was ever published, by its path in the update repository
    "target",
    metadata,
    Column("path", String(200), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(128), nullable=False),
    Column("version", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("titles", JSON, nullable=False),  # of knowledge: matter id -> title by language
    Column("added_at", BigInteger, nullable=False),
)

desired = Table(
    "desired",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

wish = Table(  # the targets of a kiosk's desired document
    "wish",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("path", String(200), nullable=False),
)

reported = Table(
    "reported",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

outcome = Table(  # what a kiosk reported of each kind
    "outcome",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("result", String(16)),
    Column("reason", String(500), nullable=False, default=""),
    Column("running_name", String(128)),
    Column("running_version", String(128)),
    Column("running_sha256", String(64)),
)

job = Table(  # how far a kiosk is with a target
    "job",
    metadata,
    Column("kiosk", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), nullable=False),
    Column("step", String(80), nullable=False),
    Column("percent", Integer, nullable=False),
    Column("reason", String(500), nullable=False, default=""),
    Column("at", BigInteger, nullable=False),
)
