"""The reference agent, as a process, between a real desk database and the real application."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pytest
from sqlalchemy import create_engine, make_url, text
from werkzeug.serving import make_server

from bot.db.models import Site, Ticket
from bot.settings import PROJECT_ROOT, Settings
from webhook.app import create_app

AGENT = PROJECT_ROOT / "examples/desk_agent"
POSTGRESQL_SCHEMA = """
CREATE SCHEMA desk;
CREATE SEQUENCE desk.versions;
CREATE TABLE desk.tickets (
  code TEXT PRIMARY KEY, sector TEXT, service TEXT, status TEXT NOT NULL, phone TEXT,
  requested_on DATE, expected_on DATE, approved_on TIMESTAMP, delivered_on DATE,
  version BIGINT NOT NULL DEFAULT nextval('desk.versions')
);
CREATE FUNCTION desk.next_version() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.version = nextval('desk.versions'); RETURN NEW; END $$;
CREATE TRIGGER changed BEFORE UPDATE ON desk.tickets
  FOR EACH ROW EXECUTE FUNCTION desk.next_version();
"""


class Desk:
    """An office's database, changed as its clerks change it."""

    def __init__(self, database_url, folder):
        if database_url.startswith("sqlite"):
            self.url = f"sqlite:///{folder}/desk.sqlite3"
            self.table = "tickets"
            self.engine = create_engine(self.url)
            raw = self.engine.raw_connection()
            raw.executescript((AGENT / "desk_schema.sql").read_text())
            raw.close()
            return
        url = make_url(database_url).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)
        self.table = "desk.tickets"
        self.engine = create_engine(url)
        self.run("DROP SCHEMA IF EXISTS desk CASCADE")
        self.run(POSTGRESQL_SCHEMA)

    def run(self, statement, **values):
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def add(self, code, status="accepted"):
        self.run(
            f"INSERT INTO {self.table} (code, status, service, phone, requested_on)"
            " VALUES (:code, :status, 'ចុះបញ្ជីម៉ូតូ', '012000678', '2026-11-13')",
            code=code,
            status=status,
        )

    def move(self, code, status):
        self.run(
            f"UPDATE {self.table} SET status = :status WHERE code = :code",
            code=code,
            status=status,
        )

    def close(self):
        if self.table != "tickets":
            self.run("DROP SCHEMA desk CASCADE")
        self.engine.dispose()


class Office:
    """A desk, its agent, and the application that the agent reaches."""

    def __init__(self, desk, app, folder, statuses=""):
        self.desk, self.app, self.folder = desk, app, folder
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.set_token()
        self.write_settings(statuses)

    def set_token(self):
        token = self.app.test_cli_runner().invoke(args=["sites", "token", "0102"]).output
        (self.folder / "token.txt").write_text(token)

    def write_settings(self, statuses=""):
        example = (AGENT / "desk_agent.example.toml").read_text(encoding="utf-8")
        address = f"http://127.0.0.1:{self.server.server_port}"
        written = (
            example.replace("sqlite:///desk.sqlite3", self.desk.url)
            .replace("FROM tickets", f"FROM {self.desk.table}")
            .replace("https://chrok.example.org", address)
            .replace("[desk.statuses]", f"[desk.statuses]\n{statuses}")
        )
        (self.folder / "desk_agent.toml").write_text(written, encoding="utf-8")

    def push(self):
        command = [sys.executable, str(AGENT / "desk_agent.py"), "desk_agent.toml", "--once"]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=100, check=False
        )

    def position(self):
        return json.loads((self.folder / "position.json").read_text())["version"]


@pytest.fixture
def office(sessions, database_url, tmp_path):
    queue_url = f"sqlite:///{tmp_path}/queue.sqlite3"
    app = create_app(Settings(database_url=database_url, queue_url=queue_url))
    desk = Desk(database_url, tmp_path)
    opened = Office(desk, app, tmp_path)
    yield opened
    opened.server.shutdown()
    desk.close()
    app.extensions["chrok"].sessions.kw["bind"].dispose()


def statuses(sessions):
    with sessions() as session:
        return {ticket.code: ticket.status for ticket in session.query(Ticket)}


def test_what_changes_at_the_desk_arrives(office, sessions):
    office.desk.add("010221070034")
    office.desk.add("010221070035")
    assert office.push().returncode == 0
    office.desk.move("010221070034", "paid")
    done = office.push()
    assert done.returncode == 0
    assert statuses(sessions) == {"010221070034": "paid", "010221070035": "accepted"}
    # Only what changed was sent, and the one that was reached last.
    assert "sent 2: {'unchanged': 1, 'updated': 1}" in done.stderr
    with sessions() as session:
        ticket = session.get(Ticket, "010221070034")
    assert (ticket.phone_digits, ticket.service) == ("678", "ចុះបញ្ជីម៉ូតូ")
    assert ticket.requested_on.isoformat() == "2026-11-13"
    assert ticket.delivered_on is None


def test_nothing_new_is_told_as_a_sign_of_life(office, sessions):
    assert office.push().returncode == 0
    with sessions() as session:
        assert session.get(Site, "0102").last_sync_at is not None


def test_more_rows_than_a_batch_are_sent_in_batches(office, sessions):
    for number in range(0, 2100, 100):
        values = ", ".join(f"('01022107{n:04}', 'paid')" for n in range(number, number + 100))
        office.desk.run(f"INSERT INTO {office.desk.table} (code, status) VALUES {values}")
    done = office.push()
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("sent 1000") == 2
    assert len(statuses(sessions)) == 2100


def test_a_row_that_is_refused_is_named_and_does_not_stop_the_others(office, sessions):
    office.desk.add("12")
    office.desk.add("010221070035", "finished")
    office.desk.add("010221070036")
    done = office.push()
    assert done.returncode == 0
    assert "ticket 12: code '12' is not 12 digits" in done.stderr
    assert "status 'finished' is unknown" in done.stderr
    assert statuses(sessions) == {"010221070036": "accepted"}


def test_the_desk_s_own_words_for_a_status_are_translated(office, sessions):
    office.write_settings('"បានបង់" = "paid"')
    office.desk.add("010221070034", "បានបង់")
    assert office.push().returncode == 0
    assert statuses(sessions) == {"010221070034": "paid"}


def test_a_replaced_token_loses_nothing(office, sessions):
    office.desk.add("010221070034")
    office.push()
    office.app.test_cli_runner().invoke(args=["sites", "token", "0102"])
    office.desk.move("010221070034", "paid")
    before = office.position()
    done = office.push()
    assert done.returncode == 1
    assert "Chrok refused with 401" in done.stderr
    assert office.position() == before
    office.set_token()
    assert office.push().returncode == 0
    assert statuses(sessions) == {"010221070034": "paid"}


def test_an_answer_that_was_lost_makes_nothing_happen_twice(office, sessions):
    """The application stores the batch and fails afterwards; the agent sends it again."""
    office.desk.add("010221070034")
    answers = []

    @office.app.after_request
    def lose_the_first(response):
        answers.append(response.status_code)
        if len(answers) == 1:
            response.status_code = 502
        return response

    done = office.push()
    assert done.returncode == 0
    assert "again in 1 s" in done.stderr
    assert "{'unchanged': 1}" in done.stderr
    assert statuses(sessions) == {"010221070034": "accepted"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[chrok]", "[chroc]", "the setting 'chrok' is missing"),
        ("http://127.0.0.1", "http://chrok.example.org", "must begin with https://"),
        ('token_file = "token.txt"', 'token_file = "none.txt"', "none.txt"),
    ],
)
def test_a_wrong_setting_is_named(office, old, new, words):
    path = office.folder / "desk_agent.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = office.push()
    assert done.returncode == 2
    assert words in done.stderr


def test_the_token_stands_in_no_log(office):
    office.desk.add("010221070034")
    done = office.push()
    token = (office.folder / "token.txt").read_text().strip()
    assert token not in done.stderr + done.stdout
