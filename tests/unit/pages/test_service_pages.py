"""The service pages: every figure of the catalogue, with its source, in both languages."""

import pytest
from markupsafe import escape
from sqlalchemy import select

from bot.db.models import FeeTier, Service
from bot.text.digits import format_riel


def html(response):
    assert response.status_code == 200
    return response.get_data(as_text=True)


def services(sessions):
    with sessions() as session:
        return session.scalars(select(Service)).all()


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_service_is_listed_and_has_its_page(client, sessions, language):
    page = html(client.get(f"/services?lang={language}"))
    for service in services(sessions):
        assert f'href="/services/{service.id}"' in page
        own = html(client.get(f"/services/{service.id}?lang={language}"))
        assert 'itemtype="https://schema.org/GovernmentService"' in own


def test_a_page_tells_every_fee_duration_document_and_source(client, sessions):
    with sessions() as session:
        service = session.get(Service, "driving-licence-exam")
        page = html(client.get(f"/services/{service.id}?lang=en"))
        for tier in service.tiers:
            assert format_riel(tier.fee_riel, "en") in page
            if tier.duration_working_days:
                assert f"{tier.duration_working_days} working day" in page
            assert tier.source_url.split("/")[2] in page
        for document in service.documents:
            assert escape(document.name_en) in page


def test_prices_are_marked_up_for_machines_only_where_they_are_exact(client, sessions):
    page = html(client.get("/services/driving-licence-exam?lang=en"))
    assert (
        '<meta itemprop="price" content="30000"><meta itemprop="priceCurrency" content="KHR">'
        in page
    )
    with sessions.begin() as session:
        for tier in session.scalars(
            select(FeeTier).where(FeeTier.service_id == "driving-licence-exam")
        ):
            tier.fee_riel, tier.fee_maximum_riel, tier.fee_reduced_riel = None, 50_000, 20_000
    page = html(client.get("/services/driving-licence-exam?lang=en"))
    assert 'itemprop="price"' not in page
    assert "at most 50,000 riel (reduced: 20,000 riel)" in page


def test_a_fee_that_is_not_known_is_said_to_be_unknown(client, sessions):
    with sessions.begin() as session:
        for tier in session.scalars(
            select(FeeTier).where(FeeTier.service_id == "birth-registration")
        ):
            tier.fee_riel = tier.fee_maximum_riel = tier.fee_reduced_riel = None
            tier.fee_text_en = tier.fee_text_km = None
    page = html(client.get("/services/birth-registration?lang=en"))
    assert "<strong>not known</strong>" in page
    assert "0 riel" not in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [("driving test", "driving-licence-exam"), ("ប្រឡងប័ណ្ណបើកបរ", "driving-licence-exam")],
)
def test_a_service_is_found_by_what_people_write(client, text, expected):
    page = html(client.get("/services", query_string={"q": text, "lang": "en"}))
    results = page.split("Services found for")[1].split("</section>")[0]
    assert expected in results


def test_what_is_no_service_is_said_to_be_none(client):
    page = html(client.get("/services", query_string={"q": "<b>xyzzy</b>", "lang": "en"}))
    assert "No service found" in page
    assert "<b>xyzzy" not in page


def test_an_unknown_service_is_not_found(client):
    assert client.get("/services/nothing").status_code == 404


def test_a_translated_name_is_marked_as_ours(client, sessions):
    [service, *_] = [s for s in services(sessions) if s.name_en_is_translation]
    page = html(client.get(f"/services/{service.id}?lang=en"))
    assert "This name is our translation" in page
