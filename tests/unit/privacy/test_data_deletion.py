"""The data deletion callback, from Facebook's request to the page that shows its state."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager

import pytest
from jinja2.ext import babel_extract
from sqlalchemy import update

from bot.db.models import DeletionRequest
from bot.db.models.base import now
from bot.settings import PROJECT_ROOT, Settings
from tests.fakes.graph_api import OUR_APP_ID, graph_error, signed_request
from tests.fakes.provider import Drop
from tests.unit.channels.messenger_samples import SECRET, TOKEN, VERIFY
from tests.unit.privacy.people import (
    CITIZEN,
    WORDS,
    everything_in,
    leave_traces,
    requests_in,
)
from webhook import create_app
from webhook.translation import CATALOGUES, read_catalogue, translations

ADDRESS = "/webhooks/messenger/data-deletion"
APP_SCOPED = "218471000000001"
TEMPLATE = PROJECT_ROOT / "webhook/pages/templates/data_deletion.html"


@pytest.fixture
def app(both_databases, graph, tmp_path):
    url = both_databases.kw["bind"].url.render_as_string(hide_password=False)
    app = create_app(
        Settings(
            database_url=url,
            queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
            tracker_database_url=f"sqlite:///{tmp_path}/tracker.sqlite3",
            public_url="https://chrok.example.org",
            messenger_page_token=TOKEN,
            messenger_app_secret=SECRET,
            messenger_verify_token=VERIFY,
            messenger_app_id=str(OUR_APP_ID),
            messenger_api_url=graph.address,
        )
    )
    yield app
    app.extensions["chrok"].sessions.kw["bind"].dispose()


@pytest.fixture
def client(app):
    return app.test_client()


def ask(client, **content):
    values = {"user_id": APP_SCOPED, **content}
    return client.post(ADDRESS, data={"signed_request": signed_request(SECRET, **values)})


def state_on_page(client, code: str, language: str = "en") -> str:
    page = client.get(f"/data-deletion/{code}?lang={language}")
    assert page.status_code == 200
    return page.text


def test_whom_facebook_can_name_is_forgotten(app, client, graph, both_databases):
    contact_id = leave_traces(both_databases)
    graph.knows(APP_SCOPED, CITIZEN)
    answer = ask(client)
    (request,) = requests_in(both_databases)
    code = request.confirmation_code
    assert answer.json == {
        "url": f"https://chrok.example.org/data-deletion/{code}",
        "confirmation_code": code,
    }
    assert re.fullmatch("[A-Z0-9]{12}", code)
    assert (request.state, request.contact_id) == ("waiting", contact_id)
    assert "It is being done" in state_on_page(client, code)
    app.extensions["chrok"].forgetter.forget(contact_id)
    assert "Done on" in state_on_page(client, code)
    assert "បានលុបរួចរាល់" in state_on_page(client, code, "km")
    left = everything_in(both_databases)
    assert [trace for trace in (CITIZEN, WORDS, APP_SCOPED) if trace in left] == []


def test_facebook_is_asked_in_the_name_of_the_app(client, graph):
    ask(client)
    (request,) = graph.requests
    assert request.method == "GET"
    assert request.path.startswith(f"/v26.0/{APP_SCOPED}/ids_for_pages?appsecret_proof=")
    assert request.headers["authorization"] == f"Bearer {OUR_APP_ID}|{SECRET}"
    assert SECRET not in request.path


def test_an_id_that_is_the_same_in_messenger_needs_no_question(client, both_databases):
    contact_id = leave_traces(both_databases)
    ask(client, user_id=CITIZEN)
    (request,) = requests_in(both_databases)
    assert (request.state, request.contact_id) == ("waiting", contact_id)


@pytest.mark.parametrize("failure", [None, graph_error(400, 100), graph_error(500, 1), Drop()])
def test_whom_nobody_can_name_is_told_what_to_do(client, graph, both_databases, failure):
    leave_traces(both_databases)
    if failure is not None:
        graph.will(failure)
    code = ask(client).json["confirmation_code"]
    (request,) = requests_in(both_databases)
    assert (request.state, request.contact_id) == ("unmatched", None)
    assert "delete my data" in state_on_page(client, code)
    assert "លុបទិន្នន័យរបស់ខ្ញុំ" in state_on_page(client, code, "km")
    assert APP_SCOPED not in everything_in(both_databases)


def test_a_replayed_request_is_the_same_request(client, graph, both_databases):
    leave_traces(both_databases)
    graph.knows(APP_SCOPED, CITIZEN)
    codes = {ask(client).json["confirmation_code"] for _ in range(3)}
    assert len(codes) == 1
    assert ask(client, issued_at=1795425601).json["confirmation_code"] not in codes
    assert len(requests_in(both_databases)) == 2


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 400),
        ({"signed_request": "a.b"}, 403),
        ({"signed_request": signed_request("another", user_id=APP_SCOPED)}, 403),
        ({"signed_request": signed_request(SECRET, user_id=APP_SCOPED, algorithm="none")}, 403),
        (b"\xff\xfe\x00", 400),
    ],
)
def test_a_request_that_facebook_did_not_sign_changes_nothing(
    client, both_databases, data, status, caplog
):
    caplog.set_level(logging.DEBUG)
    leave_traces(both_databases)
    answer = client.post(ADDRESS, data=data)
    assert (answer.status_code, answer.text) == (status, "")
    assert requests_in(both_databases) == []
    assert APP_SCOPED not in caplog.text
    assert SECRET not in caplog.text


def test_a_database_that_does_not_answer_is_a_503(client, both_databases):
    with _without_the_table(both_databases):
        assert ask(client).status_code == 503


@contextmanager
def _without_the_table(sessions):
    def rename(old: str, new: str) -> None:
        with sessions.begin() as session:
            session.connection().exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")

    rename("deletion_requests", "out_of_reach")
    try:
        yield
    finally:
        rename("out_of_reach", "deletion_requests")


def test_without_messenger_there_is_no_callback(both_databases, tmp_path):
    url = both_databases.kw["bind"].url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3"))
    assert ask(app.test_client()).status_code == 404


def test_a_code_that_no_text_can_be_is_refused(client):
    assert client.get("/data-deletion/%00").status_code == 400


@pytest.mark.parametrize("code", ["ABCDEFGHJKLM", "x" * 500, "../../etc", "<script>"])
def test_an_unknown_code_is_explained(client, code):
    page = client.get(f"/data-deletion/{code}")
    assert page.status_code == 404
    assert "<script>" not in page.text


def test_the_page_without_a_code_says_how_it_is_done(client):
    page = client.get("/data-deletion?lang=en")
    assert page.status_code == 200
    assert "delete my data" in page.text
    assert "style-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_speaks_khmer_to_whoever_asks_for_nothing_else(client):
    assert '<html lang="km">' in client.get("/data-deletion").text


def test_a_date_is_that_of_cambodia(client, graph, both_databases):
    leave_traces(both_databases)
    graph.knows(APP_SCOPED, CITIZEN)
    code = ask(client).json["confirmation_code"]
    evening = now().replace(year=2026, month=11, day=23, hour=20, minute=0)
    with both_databases.begin() as session:
        session.execute(update(DeletionRequest).values(requested_at=evening))
    assert "24 November 2026" in state_on_page(client, code)
    assert "២៤ វិច្ឆិកា ២០២៦" in state_on_page(client, code, "km")


def words_of_the_page() -> set[str]:
    with TEMPLATE.open("rb") as template:
        found = [texts for _, _, texts, _ in babel_extract(template, ["_"], [], {})]
    return {texts if isinstance(texts, str) else texts[0] for texts in found}


def test_every_word_of_the_page_has_a_khmer_translation():
    khmer = translations("km").gettext
    words = words_of_the_page()
    assert len(words) > 15
    assert [word for word in words if not re.search("[ក-៿]", khmer(word))] == []


def test_the_catalogue_holds_nothing_that_the_page_does_not_say():
    catalogue = read_catalogue(CATALOGUES / "km/LC_MESSAGES/data_deletion.po", "km")
    assert {message.id for message in catalogue if message.id} <= words_of_the_page()
