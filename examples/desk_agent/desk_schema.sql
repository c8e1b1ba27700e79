-- An example of a desk database whose tickets get a growing version with each change (SQLite).
CREATE TABLE tickets (
  code TEXT PRIMARY KEY,
  sector TEXT,
  service TEXT,
  status TEXT NOT NULL,
  phone TEXT,
  requested_on DATE,
  expected_on DATE,
  approved_on DATE,
  delivered_on DATE,
  version INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX tickets_version ON tickets (version);

CREATE TRIGGER tickets_added AFTER INSERT ON tickets BEGIN
  UPDATE tickets SET version = (SELECT max(version) + 1 FROM tickets) WHERE code = NEW.code;
END;

CREATE TRIGGER tickets_changed AFTER UPDATE ON tickets WHEN NEW.version = OLD.version BEGIN
  UPDATE tickets SET version = (SELECT max(version) + 1 FROM tickets) WHERE code = NEW.code;
END;
