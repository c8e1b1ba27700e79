"""Services, offices and officers as the product's conductor leads through them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.models import HandoverRequest


def test_an_office_is_found_by_tapping_alone(citizen):
    citizen.says("where is your office", "find_office")
    while "Battambang" not in " ".join(citizen.offered()):
        citizen.presses("More")
    assert "which district" in citizen.presses("Battambang")
    while "Kamrieng" not in " ".join(citizen.offered()):
        citizen.presses("More")
    assert "Kamrieng district, Battambang province" in citizen.presses("Kamrieng")


def test_the_known_place_is_used_and_shown_and_can_be_changed(citizen):
    citizen.says("the office in Kamrieng", "find_office", place="Kamrieng")
    words = citizen.says("where is the office", "find_office")
    assert "Kamrieng" in words
    assert "Another place" in citizen.offered()
    assert "Which district" in citizen.presses("Another place")


def test_a_place_alone_is_a_place_however_unsure_the_engine_is(citizen):
    words = citizen.says("Kamrieng", "nlu_fallback", place="Kamrieng", confidence=0.35)
    assert "Kamrieng district" in words


def test_the_known_place_is_shown_on_a_card_at_the_level_of_the_office(citizen):
    citizen.says("the office in Kamrieng", "find_office", place="Kamrieng")
    words = citizen.says("how do I register a motorbike", "ask_service")
    assert "the district One Window Service Office (Kamrieng district)" in words
    words = citizen.says("how much is a motorbike driving test", "ask_service", aspect="fee")
    assert "the provincial One Window Service Unit (Battambang province)" in words
    words = citizen.says("how much is a birth certificate", "ask_service", aspect="fee")
    assert "Where: the commune or sangkat hall\n" in words, "which commune is not known"


def test_a_wrong_place_is_corrected(citizen):
    citizen.says("the office in Battambang", "find_office", place="Battambang")
    words = citizen.says("no, Poipet", "deny", place="Poipet")
    assert "Poipet" in words
    assert citizen.context.place_code == "0110" or citizen.context.place_code.startswith("01")


def test_a_wrong_vehicle_is_corrected(citizen):
    words = citizen.says("how much is a motorbike driving test", "ask_service", aspect="fee")
    assert "30,000 riel" in words
    words = citizen.says("I meant car", "inform")
    assert "90,000 riel" in words
    assert "30,000" not in words


def test_a_wrong_vehicle_is_corrected_where_each_has_a_service_of_its_own(citizen):
    words = citizen.says("register a car", "ask_service")
    assert "Car registration" in words
    words = citizen.says("no I mean motorbike", "inform")
    assert "Motorcycle registration" in words


def test_unknown_aspects_of_a_service_stand_in_one_line(citizen):
    words = citizen.says("how much is a birth certificate", "ask_service", aspect="fee")
    assert words.count("ask at") <= 1
    assert "Not published: " in words


def test_an_unknown_aspect_that_was_asked_for_gets_a_line_of_its_own(citizen):
    words = citizen.says("how long is a birth certificate valid", "ask_service", aspect="validity")
    assert "Validity: not known to me" in words


def test_documents_of_foreigners_are_behind_a_button_until_asked_for(citizen):
    words = citizen.says(
        "documents for a motorbike driving test", "ask_service", aspect="documents"
    )
    assert "Cambodian, types A and B" in words
    assert "(foreigner)" not in words
    words = citizen.presses("foreigner")
    assert "Documents to bring (foreigner)" in words
    assert "Cambodian" not in words.split("Documents to bring", 1)[1]


def test_a_foreigner_is_shown_the_documents_of_foreigners(citizen):
    words = citizen.says(
        "I am a foreigner, documents for a motorbike driving test",
        "ask_service",
        aspect="documents",
    )
    assert "Documents to bring (foreigner)" in words
    assert "Cambodian, types" not in words


def test_the_case_that_was_said_is_shown(citizen):
    words = citizen.says(
        "documents for vehicle inspection, not registered", "ask_service", aspect="documents"
    )
    assert "(not yet registered)" in words
    assert "(registered)" not in words


def test_a_service_has_no_more_buttons_than_fit(citizen):
    citizen.says("documents for vehicle inspection", "ask_service", aspect="documents")
    assert len(citizen.turn.replies[-1].buttons) <= 5


def test_an_officer_is_named_for_the_known_place_and_the_request_is_stored(citizen):
    citizen.says("where is the office in S'ang", "find_office", place="S'ang")
    words = citizen.says("I want to talk to a person", "talk_to_officer")
    assert "S'ang district One Window Service Office" in words
    assert "Citizens' Office" in words
    assert "request 1" in words
    request = citizen.session.scalars(select(HandoverRequest)).one()
    assert (request.place_code, request.reason, request.state) == (
        "0810",
        "I want to talk to a person",
        "open",
    )


def test_without_a_place_the_officer_s_place_is_asked_for_and_added_to_the_request(citizen):
    words = citizen.says("connect me to a human", "talk_to_officer")
    assert "Which district" in words
    words = citizen.says("Kamrieng", "inform", place="Kamrieng")
    assert "Kamrieng" in words
    assert "Citizen's Office" in words
    request = citizen.session.scalars(select(HandoverRequest)).one()
    assert request.place_code == "0212"


def test_asking_twice_for_a_person_is_one_request_that_says_more(citizen):
    for text in ("a person please", "I want a human, it is about my land", "a person please"):
        citizen.says(text, "talk_to_officer")
    request = citizen.session.scalars(select(HandoverRequest)).one()
    assert request.reason == "a person please\nI want a human, it is about my land"


def test_somebody_we_do_not_know_is_answered_without_a_promise(citizen):
    from dataclasses import replace

    from bot.services.dialogue import Heard

    heard = Heard("a person", "en", "talk_to_officer", conversation_id="nobody")
    turn = citizen._conversation.take(replace(heard), citizen.context)
    words = "\n".join(reply.text for reply in turn.replies)
    assert "I have noted" not in words
    assert "Citizen's Office" in words


def test_back_returns_from_a_service_to_its_sector(citizen):
    citizen.says("what services are there", "browse_services")
    citizen.presses(citizen.offered()[0])
    sector = citizen.offered()
    citizen.presses(sector[0])
    citizen.says("back", "deny")
    assert citizen.offered() == sector


def test_a_change_of_language_repeats_the_open_question_in_it(citizen):
    citizen.says("how much is the driving test", "ask_service", aspect="fee")
    assert citizen.context.awaiting == "tier"
    words = citizen.says("ភាសាខ្មែរ", "change_language", language="km")
    assert "តើមួយណាជារបស់លោកអ្នក" in words
    citizen.language = "km"
    assert "30,000" in citizen.says("ម៉ូតូ", "inform").translate(
        str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
    )


@pytest.mark.parametrize("intent", ["inform", "nlu_fallback"])
def test_nonsense_twice_leads_to_the_menu_and_a_person(citizen, intent):
    citizen.says("zzxxqq", intent)
    words = citizen.says("qqxxzz", intent)
    assert "still do not understand" in words
    assert "Talk to an officer" in citizen.offered()


def test_the_menu_shows_in_two_pages_all_that_works(citizen):
    citizen.says("menu", "ask_help")
    first = citizen.offered()
    citizen.presses("More")
    second = citizen.offered()
    assert len(first) <= 5
    assert len(second) <= 5
    assert {"All services", "Track a paper", "Local budgets", "Talk to an officer"} <= {
        *first,
        *second,
    }
    citizen.presses("More")
    assert citizen.offered() == first


def test_back_returns_to_what_was_corrected_to(citizen):
    citizen.says("the office in Battambang", "find_office", place="Battambang")
    corrected = citizen.says("no, Poipet", "deny", place="Poipet")
    citizen.says("how do I register a motorbike", "ask_service")
    assert citizen.says("back", "ask_help") == corrected
    assert "Battambang" in citizen.says("back", "ask_help")


def test_a_budget_s_place_is_found_by_tapping_alone(citizen):
    citizen.says("the budget of my commune, 2022", "ask_budget")
    while "Battambang" not in citizen.offered():
        citizen.presses("More")
    assert "which district" in citizen.presses("Battambang")
    assert citizen.context.form is not None
    citizen.presses("More")
    words = citizen.presses(citizen.offered()[0])
    assert "Battambang province" in words
    assert citizen.context.form is None
