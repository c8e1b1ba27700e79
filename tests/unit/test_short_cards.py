"""The cards of the real catalogue as short messages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.models import Service
from bot.messages import Button, Capabilities, Reply
from bot.rendering import lay_out
from bot.services import fee_tiers
from bot.services.service_card import ServiceCard
from bot.text.digits import format_number, format_riel
from bot.text.sms_alphabet import alphabet_of, fold
from bot.wording import LANGUAGES, wording
from tests.unit.databases import seeded_sessions
from webhook.channels.sms.channel import SmsChannel

SMS: Capabilities = SmsChannel.capabilities


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    with seeded_sessions(tmp_path_factory.mktemp("catalogue"))() as session:
        yield session.scalars(select(Service)).all()


def answered_at_once(service: Service) -> list[list]:
    """The sets of tiers that one card tells: all, or what the citizen's choices leave."""
    found, open_sets = [[tier] for tier in service.tiers], [list(service.tiers)]
    while open_sets:
        tiers = open_sets.pop()
        if not fee_tiers.need_a_choice(tiers):
            found.append(tiers)
            continue
        for option in fee_tiers.options(tiers, "km"):
            left = [tier for tier in tiers if tier.position in option.positions]
            if len(left) < len(tiers):
                open_sets.append(left)
    return [tiers for place, tiers in enumerate(found) if tiers and tiers not in found[:place]]


def offered(card: Reply, language: str) -> Reply:
    """The card with the ways on that stand under it."""
    ways = tuple(
        Button(wording().text(name, language), name)
        for name in ("utter_button_office", "utter_button_all_services")
    )
    return Reply(card.text, card.short_text, ways, card.image_url, card.link_url)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_three_short_messages_with_the_fee_the_days_and_where(services, language):
    seen = 0
    for service in services:
        for tiers in answered_at_once(service):
            card = ServiceCard(wording(), language, service, tiers)
            rendered = lay_out(offered(card.full(), language), SMS)
            texts = [part.text for part in rendered.parts]
            alphabet = alphabet_of("".join(texts))
            limit = alphabet.value.single if len(texts) == 1 else alphabet.value.several
            assert 1 <= len(texts) <= 3
            assert all(alphabet.units(text) <= limit for text in texts), service.id
            said = "".join("".join(texts).split())
            if len(tiers) == 1:
                # Several tiers in one answer may leave the last lines to MORE; one never does.
                assert rendered.remaining == "", (service.id, rendered.remaining)
                check_essentials(said, tiers[0], language)
            else:
                check_nothing_is_lost(card.full().short_text, said, rendered.remaining)
            seen += 1
    assert seen > 100


def check_essentials(said: str, tier, language: str) -> None:
    expected = []
    if tier.fee_riel:
        expected.append(format_riel(tier.fee_riel, language))
    if tier.duration_working_days and tier.duration_working_days > 1:
        days = format_number(tier.duration_working_days, language)
        expected.append(wording().text("utter_working_days", language, days=days))
    expected.append(wording().text(f"utter_short_level_{tier.level}", language))
    for words in expected:
        assert "".join(words.split()) in said, words


def check_nothing_is_lost(short_text: str, said: str, remaining: str) -> None:
    told = "".join((said + remaining).split())
    for line in fold(short_text).splitlines():
        assert "".join(line.split()) in told, line


def test_the_fees_of_two_groups_leave_room_for_the_days(services):
    exam = next(service for service in services if service.id == "driving-licence-exam")
    motorbike = [tier for tier in exam.tiers if tier.position in (1, 2)]
    card = ServiceCard(wording(), "km", exam, motorbike).full()
    reply = offered(card, "km")
    case = Button("ជនបរទេស", "case")
    rendered = lay_out(
        Reply(reply.text, reply.short_text, (case, *reply.buttons), "", reply.link_url), SMS
    )
    said = "".join("".join(part.text for part in rendered.parts).split())
    for words in ("៣០,០០០ រៀល", "១០០,០០០ រៀល", "១០ ថ្ងៃធ្វើការ", "ខេត្ត", "៣. សេវាទាំងអស់"):
        assert "".join(words.split()) in said
    assert rendered.remaining == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_about_documents_is_answered_with_documents(services, language):
    for service in services:
        if not service.documents:
            continue
        card = ServiceCard(wording(), language, service, service.tiers)
        reply = card.of(["documents"])
        name = reply.short_text.splitlines()
        assert any(line.strip()[:2] in ("1.", "១.") for line in name), service.id
        rendered = lay_out(offered(reply, language), SMS)
        assert len(rendered.parts) <= 3
