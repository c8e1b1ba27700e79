"""The pages behind the links that officials get."""

from __future__ import annotations

import pytest
import regex
from sqlalchemy import select

from bot.db.models import Digest, Official
from bot.db.models.base import now
from tests.unit.feedback.complaints import complaint, state, told_to, trail
from tests.unit.feedback.officials import at, feedback, official, settings
from webhook.app import create_app
from webhook.digest_delivery import send_digests
from webhook.signed_links import SignedLinks


@pytest.fixture
def web(sessions):
    url = str(sessions.kw["bind"].url)
    app = create_app(settings(url, queue_url=f"sqlite:///{url.rpartition('/')[0][10:]}/q.sqlite3"))
    return app.test_client()


def page_of(official_id, feedback_id) -> str:
    return (
        SignedLinks(settings())
        .answer(official_id, feedback_id)
        .removeprefix("https://chrok.example.org")
    )


def form_token(page) -> str:
    return regex.search(r'name="form" value="([^"]+)"', page.get_data(as_text=True))[1]


def test_the_answer_page_takes_an_answer_from_its_own_form_only(sessions, citizen, web):
    made = complaint(sessions, citizen, "clerk <b>rude</b>, call 012345678")
    link = page_of(official(sessions, channel="email", address="o@example.org"), made.id)
    page = web.get(link)
    shown = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "clerk &lt;b&gt;rude&lt;/b&gt;, call 012345678" in shown
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert state(sessions, made.id).state == "open"
    forged = web.post(link, data={"action": "answer", "text": "x", "form": "forged"})
    assert forged.status_code == 400
    assert state(sessions, made.id).state == "open"
    empty = web.post(link, data={"action": "answer", "text": " ", "form": form_token(page)})
    assert empty.status_code == 422
    sent = web.post(link, data={"action": "answer", "text": "Sorry.", "form": form_token(page)})
    assert sent.status_code == 200
    assert "your answer goes to the citizen" in sent.get_data(as_text=True)
    assert "Sorry." in told_to(sessions, citizen)[0].reply["text"]
    assert trail(sessions, made.id) == ["received", "seen", "answered"]


def test_a_page_of_a_removed_official_or_a_broken_link_is_gone(sessions, citizen, web):
    made = complaint(sessions, citizen)
    number = official(sessions, channel="email", address="o@example.org")
    link = page_of(number, made.id)
    assert web.get(f"{link}x").status_code == 410
    with sessions.begin() as session:
        session.get_one(Official, number).removed_at = now()
    assert web.get(link).status_code == 410


def test_another_office_reads_masked_words_and_cannot_answer(sessions, citizen, web):
    made = complaint(sessions, citizen, "Mr Sok Dara was rude, 012345678")
    link = page_of(
        official(sessions, channel="email", address="x@example.org", unit="district_hall"), made.id
    )
    shown = web.get(link).get_data(as_text=True)
    assert "Sok Dara" not in shown
    assert "<form" not in shown


def test_the_chart_of_a_digest_is_a_picture_behind_its_link(sessions, web):
    official(sessions, "daily", since="2026-11-23T09:00")
    feedback(sessions, "2026-11-23T10:00")
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    with sessions() as session:
        digest = session.scalars(select(Digest)).one()
    link = SignedLinks(settings()).picture(digest.id).removeprefix("https://chrok.example.org")
    picture = web.get(link)
    assert picture.content_type == "image/png"
    assert picture.data == web.get(link).data
    assert web.get("/officials/charts/forged.png").status_code == 404


def test_readyz_says_whether_e_mail_is_on(sessions, web):
    url = str(sessions.kw["bind"].url)
    assert web.get("/readyz").get_json()["channels"]["email"] == "off"
    on = create_app(settings(url, smtp_url="smtp://127.0.0.1:1")).test_client()
    assert on.get("/readyz").get_json()["channels"]["email"] == "on"
