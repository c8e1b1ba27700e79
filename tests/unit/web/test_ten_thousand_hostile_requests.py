"""Ten thousand hostile requests over every route: no 500, and nothing is stored half or wrongly.

The requests follow from a seed, which stands in a failure's message. Each comes from an address of
its own, so that no limit of rates hides what lies behind it.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from io import BytesIO, StringIO
from urllib.parse import unquote_to_bytes

import pytest
from sqlalchemy import func, inspect, select
from werkzeug.test import run_wsgi_app

from bot.db.models import Base, Contact, StoredInbound, StoredOutbound
from bot.services.seeding import seed
from tests.unit.channels.hostile import MESSENGER, RECEIVERS
from tests.unit.databases import BOTH, migrated, seeded_sessions
from tests.unit.feedback.month import month_of_feedback
from tests.unit.feedback.officials import official
from tests.unit.web.every_route import application
from tests.unit.web.hostile_requests import HostileRequests, Proofs, Request
from webhook.signed_links import SignedLinks

SEED = int(os.environ.get("HOSTILE_SEED", "20261124"))
# How many show no proof, and how many a good one. PostgreSQL differs in what reaches the database.
NUMBERS = {"sqlite": (4_000, 2_500), "postgresql": (2_000, 1_500)}


@pytest.fixture(scope="module", params=BOTH)
def hostile(request, tmp_path_factory):
    """The application, and requests that know its secrets."""
    folder = tmp_path_factory.mktemp("hostile")
    if request.param == "sqlite":
        seeded_sessions(folder)
    url = migrated(request.param, folder)
    environment = {name: value for one in RECEIVERS for name, value in one.environment.items()}
    app = application(url, folder, **environment)
    sessions = app.extensions["chrok"].sessions
    if request.param != "sqlite":
        with sessions.begin() as session:
            seed(session)
    yield app, HostileRequests(app, _proofs(app), SEED), request.param
    sessions.kw["bind"].dispose()


def _proofs(app) -> Proofs:
    parts = app.extensions["chrok"]
    number = official(parts.sessions, channel="email", address="o@example.org", place_code="0102")
    link = SignedLinks(parts.settings).answer(number, month_of_feedback(parts.sessions)[7])
    path = link.removeprefix(parts.settings.public_url)
    token = app.test_cli_runner().invoke(args=["sites", "token", "0102"]).output.strip()
    form_token = SignedLinks(parts.settings).form_token(path.rsplit("/", 1)[1])
    return Proofs(token, path, form_token)


def _send(app, request: Request, number: int) -> tuple[int, bytes]:
    """As gunicorn hands it over: the path's bytes as Latin letters, header values likewise."""
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{_variable(name): value for name, value in request.headers.items()},
    }
    content, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0]), b"".join(content)


def _variable(name: str) -> str:
    variable = name.upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"


def _send_all(app, requests, caplog) -> Counter[int]:
    statuses: Counter[int] = Counter()
    with caplog.at_level(logging.ERROR):
        for number, request in enumerate(requests):
            status, content = _send(app, request, number)
            statuses[status] += 1
            told = f"seed {SEED}, request {number}: {request.shown()}\n{caplog.text[-3000:]}"
            # No engine runs here, and that is what /readyz tells.
            is_told = request.path.startswith("/readyz") and status == 503
            assert status < 500 or is_told, told
            assert b"Traceback" not in content, told
    return statuses


def _counts(app) -> dict[str, int]:
    with app.extensions["chrok"].sessions() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_whoever_shows_no_proof_gets_no_500_and_changes_nothing(hostile, caplog):
    app, requests, kind = hostile
    before = _counts(app)
    statuses = _send_all(app, requests.anybody(NUMBERS[kind][0]), caplog)
    # All of it is no use if the requests end at the door.
    assert {200, 400, 401, 403, 404, 405} <= set(statuses)
    changed = {name for name, count in _counts(app).items() if count != before[name]}
    # Anybody may write in the web chat.
    assert changed <= {"inbox", "contacts"}
    with app.extensions["chrok"].sessions() as session:
        assert set(session.scalars(select(Contact.channel))) <= {"web"} | _channels_before(before)


def _channels_before(before: dict[str, int]) -> set[str]:
    return {"messenger", "telegram", "sms"} if before["contacts"] else set()


def test_well_proved_nonsense_gets_no_500_and_is_stored_whole_or_not_at_all(hostile, caplog):
    app, requests, kind = hostile
    statuses = _send_all(app, requests.insider(NUMBERS[kind][1]), caplog)
    assert {200, 202, 400, 422} <= set(statuses)
    with app.extensions["chrok"].sessions() as session:
        rows = session.scalars(select(StoredInbound)).all()
        assert rows
        for row in rows:
            assert session.get(Contact, row.contact_id) is not None
            assert len(row.text) <= 5_000
            assert "\x00" not in row.text
            row.text.encode()
        assert session.scalar(select(func.count()).select_from(StoredOutbound)) is not None


def test_afterwards_it_answers_as_ever(hostile):
    app, *_ = hostile
    client = app.test_client()
    for path in ("/", "/services", "/budgets", "/dashboard", "/healthz", "/api/v1/open/budgets"):
        assert client.get(path).status_code == 200, path
    proved = MESSENGER.prove(MESSENGER.text("m_after", "are you still there?"))
    answer = client.post(
        "/webhooks/messenger",
        data=proved.body,
        headers={"Content-Type": "application/json", **proved.headers},
    )
    assert answer.status_code == 200
    with app.extensions["chrok"].sessions() as session:
        last = session.scalars(select(StoredInbound).order_by(StoredInbound.id.desc())).first()
        assert last is not None
        assert last.text == "are you still there?"


def test_the_database_holds_what_its_schema_says(hostile):
    app, *_ = hostile
    engine = app.extensions["chrok"].sessions.kw["bind"]
    found = {table for table in inspect(engine).get_table_names() if table != "alembic_version"}
    assert found == set(Base.metadata.tables)
