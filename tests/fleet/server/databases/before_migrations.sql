-- As the program made it before the schema had a history, with something in every table that changed since.
CREATE TABLE meta (
    "key" VARCHAR(32) NOT NULL,
    value VARCHAR(256) NOT NULL,
    PRIMARY KEY ("key")
);
CREATE TABLE kiosk (
    id VARCHAR(32) NOT NULL,
    added_at BIGINT NOT NULL,
    last_seen BIGINT,
    boot VARCHAR(64),
    versions JSON NOT NULL,
    faults JSON NOT NULL,
    clock_skew_ms BIGINT,
    depth BIGINT NOT NULL,
    dropped BIGINT NOT NULL,
    lost BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    refusal VARCHAR(500) NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE boot (
    kiosk VARCHAR(32) NOT NULL,
    boot VARCHAR(64) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kiosk, boot)
);
CREATE TABLE returned (
    kiosk VARCHAR(32) NOT NULL,
    times INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kiosk)
);
CREATE TABLE presence (
    kiosk VARCHAR(32) NOT NULL,
    state VARCHAR(8) NOT NULL,
    conn VARCHAR(64) NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (kiosk)
);
CREATE TABLE record (
    id INTEGER NOT NULL,
    kiosk VARCHAR(32) NOT NULL,
    boot VARCHAR(64) NOT NULL,
    seq BIGINT NOT NULL,
    lane VARCHAR(2) NOT NULL,
    kind VARCHAR(80) NOT NULL,
    at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    visit VARCHAR(64),
    matter VARCHAR(80),
    act VARCHAR(16),
    data JSON NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT record_once UNIQUE (kiosk, boot, seq)
);
CREATE INDEX record_kind_at ON record (kind, at);
CREATE INDEX record_visit ON record (kiosk, boot, visit);
CREATE TABLE stream (
    kiosk VARCHAR(32) NOT NULL,
    boot VARCHAR(64) NOT NULL,
    lane VARCHAR(2) NOT NULL,
    acked BIGINT NOT NULL,
    PRIMARY KEY (kiosk, boot, lane)
);
CREATE TABLE handover (
    id VARCHAR(128) NOT NULL,
    kiosk VARCHAR(32) NOT NULL,
    boot VARCHAR(64) NOT NULL,
    handover VARCHAR(64) NOT NULL,
    visit VARCHAR(64) NOT NULL,
    lang VARCHAR(16) NOT NULL,
    matters JSON NOT NULL,
    at BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    command VARCHAR(64),
    reason VARCHAR(500) NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX handover_state ON handover (state, at);
CREATE TABLE command (
    id VARCHAR(64) NOT NULL,
    kiosk VARCHAR(32) NOT NULL,
    name VARCHAR(64) NOT NULL,
    exp BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    reason VARCHAR(500) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE queues (
    kiosk VARCHAR(32) NOT NULL,
    at BIGINT NOT NULL,
    queues JSON NOT NULL,
    PRIMARY KEY (kiosk)
);
CREATE TABLE queue_call (
    command VARCHAR(64) NOT NULL,
    queue VARCHAR(80) NOT NULL,
    window VARCHAR(10) NOT NULL,
    number VARCHAR(8) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (command)
);
CREATE TABLE artefact (
    sha256 VARCHAR(64) NOT NULL,
    pack VARCHAR(128) NOT NULL,
    version VARCHAR(128) NOT NULL,
    size BIGINT NOT NULL,
    titles JSON NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (sha256)
);
CREATE TABLE desired (
    kiosk VARCHAR(32) NOT NULL,
    rev BIGINT NOT NULL,
    sha256 VARCHAR(64),
    at BIGINT NOT NULL,
    PRIMARY KEY (kiosk)
);
CREATE TABLE reported (
    kiosk VARCHAR(32) NOT NULL,
    rev BIGINT NOT NULL,
    result VARCHAR(16),
    reason VARCHAR(500) NOT NULL,
    pack VARCHAR(128),
    version VARCHAR(128),
    sha256 VARCHAR(64),
    running_pack VARCHAR(128),
    running_version VARCHAR(128),
    running_sha256 VARCHAR(64),
    settled BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kiosk)
);
INSERT INTO meta VALUES ('schema_version', '1');
INSERT INTO kiosk VALUES ('hall-1', 1, 50, 'b2', '{"yingbin": "0.1.0"}', '[]', 0, 3, 0, 0, 1, 'message.invalid');
INSERT INTO kiosk VALUES ('hall-2', 2, NULL, NULL, '{}', '[]', NULL, 0, 0, 0, 0, '');
INSERT INTO boot VALUES ('hall-1', 'b1', 5), ('hall-1', 'b2', 6);
INSERT INTO presence VALUES ('hall-1', 'on', 'c7', 40);
INSERT INTO record VALUES (1, 'hall-1', 'b1', 1, 'tm', 'visit.started', 7, 8, '1', NULL, NULL, '{"visit": "1"}');
INSERT INTO record VALUES (2, 'hall-1', 'b1', 2, 'tm', 'turn', 8, 9, '1', 'hall.hours', 'answer',
    '{"visit": "1", "turn": 1, "channel": "voice", "act": "answer", "matter": "hall.hours"}');
INSERT INTO stream VALUES ('hall-1', 'b1', 'tm', 2);
INSERT INTO artefact VALUES ('aa', 'hall', '1.0', 9, '{}', 3);
INSERT INTO desired VALUES ('hall-1', 4, 'aa', 3);
