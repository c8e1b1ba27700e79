"""The web chat's addresses: what they accept, refuse and say, with the real inbox on SQLite."""

from __future__ import annotations

import json
import re
import uuid
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from flask.testing import FlaskClient
from jinja2.ext import babel_extract
from sqlalchemy import func, select

from bot.db.models import StoredInbound
from bot.db.session import create_database_engine, create_session_factory
from bot.messages import Reply
from tests.browser.chat_server import ScriptedAssistant, make_app, make_database
from webhook.translation import CATALOGUES, catalogue_paths, read_catalogue, translations

PAGES = Path(__file__).resolve().parents[2] / "webhook/pages"


@pytest.fixture
def sessions(tmp_path):
    return make_database(tmp_path)


@pytest.fixture
def assistant(sessions):
    return ScriptedAssistant(sessions)


@pytest.fixture
def client(sessions):
    return make_app(sessions, wake=lambda contact_id: None).test_client()


def message(text: str = "សួស្តី", **more: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "text": text, **more}


def stored(sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(StoredInbound)) or 0


def cookie(client: FlaskClient, name: str):
    found = client.get_cookie(name)
    assert found is not None
    return found


def test_a_message_is_stored_and_told_again(client, sessions):
    sent = message("តម្លៃប៉ុន្មាន?\nhow much?")
    assert client.post("/chat/messages", json=sent).status_code == 202
    news = client.get("/chat/messages?after=0").get_json()
    assert [(said["author"], said["text"]) for said in news["messages"]] == [
        ("citizen", "តម្លៃប៉ុន្មាន?\nhow much?")
    ]
    assert news["messages"][0]["client_id"] == sent["id"]
    assert news["waiting"] is True


def test_the_same_message_sent_three_times_is_stored_once(client, sessions):
    sent = message()
    assert [client.post("/chat/messages", json=sent).status_code for _ in range(3)] == [202] * 3
    assert stored(sessions) == 1


def test_a_pressed_button_keeps_its_token_and_title(client, assistant):
    client.post("/chat/messages", json=message("ឯកសារ", button_token="a_B-9"))
    assert assistant.heard() == [("ឯកសារ", "a_B-9")]


def test_nobody_reads_another_browsers_conversation(sessions):
    app = make_app(sessions, wake=lambda contact_id: None)
    mine, other = app.test_client(), app.test_client()
    mine.post("/chat/messages", json=message("only mine"))
    other.post("/chat/messages", json=message("only theirs"))
    texts = [said["text"] for said in other.get("/chat/messages").get_json()["messages"]]
    assert texts == ["only theirs"]


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"id": "x" * 8, "text": "ក" * 5_000}, 202, ""),
        ({"id": "x" * 8, "text": "", "button_token": "token"}, 202, ""),
        ({"id": "x" * 8, "text": "ក" * 5_001}, 413, "text"),
        ({"id": "x" * 8, "text": ""}, 400, "text"),
        ({"id": "x" * 8, "text": " \n\t\u200b "}, 400, "text"),
        ({"id": "x" * 8}, 400, "text"),
        ({"id": "x" * 8, "text": "\ud800"}, 400, "text"),
        ({"id": "x" * 8, "text": 7}, 400, "text"),
        ({"id": "x" * 8, "text": None}, 400, "text"),
        ({"text": "hello"}, 400, "id"),
        ({"id": "short", "text": "hello"}, 400, "id"),
        ({"id": "x" * 65, "text": "hello"}, 400, "id"),
        ({"id": "a:b/c d e f", "text": "hello"}, 400, "id"),
        ({"id": "x" * 8, "text": "hello", "button_token": "/restart"}, 400, "button_token"),
        ({"id": "x" * 8, "text": "hello", "button_token": "t" * 65}, 400, "button_token"),
        (["hello"], 400, "object"),
        (None, 400, "object"),
    ],
)
def test_a_body_is_taken_or_refused_with_the_field_named(client, sessions, body, status, named):
    response = client.post("/chat/messages", data=json.dumps(body), content_type="application/json")
    assert response.status_code == status
    assert stored(sessions) == (status == 202)
    if status != 202:
        assert named in response.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe{", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"a" * 70_000, "application/json", 413),
        (b'{"id": "xxxxxxxx", "text": "hi"}', "text/plain", 415),
        (b"id=xxxxxxxx&text=hi", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_json_of_ours_gets_a_json_error(client, sessions, raw, content_type, status):
    response = client.post("/chat/messages", data=raw, content_type=content_type)
    assert (response.status_code, stored(sessions)) == (status, 0)
    assert response.get_json()["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 202),
        ({"Origin": "http://localhost"}, 202),
        ({"Origin": "https://chrok.example"}, 202),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://chrok.example.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://other.chrok.example"}, 403),
    ],
)
def test_only_our_own_page_may_write(sessions, headers, status):
    app = make_app(sessions, wake=lambda contact_id: None, public_url="https://chrok.example")
    response = app.test_client().post("/chat/messages", json=message(), headers=headers)
    assert (response.status_code, stored(sessions)) == (status, status == 202)


@pytest.mark.parametrize("after", ["", "x", "-1", "1.5", "9" * 30, "9" * 5_000])
def test_an_impossible_position_is_refused(client, after):
    response = client.get(f"/chat/messages?after={after}")
    assert response.status_code == 400
    assert response.get_json()["error"]["message"].startswith("after:")


def test_an_answer_is_told_with_its_buttons(client, assistant, sessions):
    client.post("/chat/messages", json=message())
    before = client.get("/chat/messages").get_json()["messages"][-1]["id"]
    assistant.say(Reply("ចម្លើយ", link_url="/services/x"))
    news = client.get(f"/chat/messages?after={before}").get_json()["messages"]
    assert (news[-1]["author"], news[-1]["text"], news[-1]["link_url"]) == (
        "assistant",
        "ចម្លើយ",
        "/services/x",
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_while_the_database_is_down_the_page_is_asked_to_try_again(tmp_path, method):
    missing = create_database_engine(f"sqlite:///{tmp_path}")
    app = make_app(create_session_factory(missing), wake=lambda contact_id: None)
    call = {"get": {}, "post": {"json": message()}}[method]
    response = getattr(app.test_client(), method)("/chat/messages", **call)
    assert response.status_code == 503
    assert response.get_json()["error"]["code"] == "database_unavailable"
    assert response.headers["Retry-After"]
    assert str(tmp_path) not in response.text


def test_the_page_itself_needs_no_database(tmp_path):
    missing = create_database_engine(f"sqlite:///{tmp_path}")
    app = make_app(create_session_factory(missing), wake=lambda contact_id: None)
    assert app.test_client().get("/").status_code == 200


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://chrok.example", True), ("http://127.0.0.1:8080", False)]
)
def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    sessions, public_url, secure
):
    client = make_app(sessions, lambda contact_id: None, public_url).test_client()
    base_url = "https://localhost" if secure else "http://localhost"
    header = next(
        value
        for value in client.get("/", base_url=base_url).headers.getlist("Set-Cookie")
        if value.startswith("chrok_chat=")
    )
    attributes = {part.strip().lower() for part in header.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", f"max-age={180 * 24 * 3600}"} <= attributes
    assert ("secure" in attributes) is secure


def test_the_session_outlives_a_second_visit(client):
    client.get("/")
    first = cookie(client, "chrok_chat").value
    client.get("/")
    assert cookie(client, "chrok_chat").value == first


@pytest.mark.parametrize(
    ("address", "language"),
    [("/", "km"), ("/?lang=km", "km"), ("/?lang=en", "en"), ("/?lang=fr", "km")],
)
def test_the_page_comes_in_the_asked_language_and_remembers_it(client, address, language):
    assert f'<html lang="{language}">' in client.get(address).text
    assert f'<html lang="{language}">' in client.get("/").text


@pytest.mark.parametrize("address", ["/", "/chat/messages", "/chat/messages?after=x"])
def test_every_answer_is_protected(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_page_has_no_inline_script_or_style(client):
    html = client.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_page_scripts_and_pictures_weigh_less_than_60_kb(client):
    html = client.get("/").text
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    assert {path.name for path in (PAGES / "static/chat").iterdir()} == {
        Path(address).name for address in loaded
    }
    weight = len(html.encode()) + sum(len(client.get(address).data) for address in loaded)
    assert weight < 60_000


def words_of_the_page() -> set[str]:
    """Every word marked for translation in the chat page's template and scripts."""
    template = BytesIO((PAGES / "templates/chat.html").read_bytes())
    found = {
        texts if isinstance(texts, str) else texts[0]
        for _, _, texts, _ in babel_extract(template, ["_", "word", "attribute"], [], {})
    }
    for path in (PAGES / "static/chat").glob("*.js"):
        source = BytesIO(path.read_bytes())
        found.update(text for _, text, _, _ in extract("javascript", source, {"N_": None}))
    return found


def test_every_word_of_the_page_has_a_khmer_translation():
    words = words_of_the_page()
    assert len(words) > 25
    khmer = translations("km").gettext
    assert [word for word in sorted(words) if not re.search("[ក-៿]", khmer(word))] == []


def test_the_chat_catalogue_holds_nothing_that_the_page_does_not_say():
    catalogue = read_catalogue(CATALOGUES / "km/LC_MESSAGES/chat.po", "km")
    assert {message.id for message in catalogue if message.id} == words_of_the_page()


def test_english_is_the_language_of_the_code():
    assert not [word for word in words_of_the_page() if re.search("[ក-៿]", word)]
    assert translations("en").gettext("Send") == "Send"


def test_placeholders_survive_translation():
    for path in catalogue_paths("km"):
        for entry in read_catalogue(path, "km"):
            if entry.id:
                places = re.findall(r"\{\w+\}", str(entry.id))
                assert sorted(re.findall(r"\{\w+\}", str(entry.string))) == sorted(places)
