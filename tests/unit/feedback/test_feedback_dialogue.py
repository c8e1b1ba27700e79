"""The form: what was said is taken, what is missing is asked, in any order and by tap or word."""

from __future__ import annotations

import pytest

from bot.wording import LANGUAGES, wording
from tests.unit.feedback.citizen import Citizen
from tests.unit.feedback.officials import official


def test_the_whole_form_by_taps(citizen):
    citizen.say("I want to give feedback", "give_feedback")
    citizen.press("District office")
    citizen.say("Poipet")
    citizen.press("Satisfied")
    citizen.press("Price")
    citizen.press("Information")
    assert "Price, Information" in citizen.words or "Information" in citizen.words
    citizen.press("That is all")
    citizen.press("Nothing")
    citizen.press("Skip")
    citizen.press("stay anonymous")
    [feedback] = citizen.stored()
    assert (feedback.unit, feedback.place_code, feedback.rating) == (
        "district_owso",
        "0110",
        "satisfied",
    )
    assert feedback.aspects_of("liked") == ["price", "information"]
    assert feedback.aspects_of("disliked") == []
    assert feedback.contact_id is None
    assert feedback.reference in citizen.words
    assert citizen.context.form is None


def test_the_whole_form_by_words_in_khmer(sessions, places):
    citizen = Citizen(sessions, places, "km")
    citizen.say("ខ្ញុំចង់ផ្តល់មតិ", "give_feedback")
    citizen.say("សាលាស្រុក")
    citizen.say("ស្រុកកំរៀង")
    citizen.say("៣")
    citizen.say("តម្លៃ និង ម៉ោងធ្វើការ")
    citizen.say("គ្មានទេ", "deny")
    citizen.say("ទៅបីដងហើយ មិនបានការសោះ", "give_feedback")
    citizen.say("បាទ", "affirm")
    [feedback] = citizen.stored()
    assert (feedback.unit, feedback.place_code) == ("district_hall", "0212")
    assert feedback.rating == "dissatisfied"
    assert feedback.aspects_of("disliked") == ["price", "working_hours"]
    assert feedback.text == "ទៅបីដងហើយ មិនបានការសោះ"
    assert feedback.contact_id == citizen.contact_id
    assert "សូមអរគុណ" in citizen.words


def test_a_complaint_typed_straight_away_is_taken_as_it_is(citizen):
    complaint = "they asked me for extra money at Poipet"
    citizen.say(complaint, "give_feedback")
    assert citizen.step == "unit"
    assert "noted your words" in citizen.words
    citizen.press("District office")
    assert citizen.step == "share"
    assert "unofficial money" in citizen.words
    citizen.press("Yes, pass it on")
    citizen.press("Yes, answer me")
    [feedback] = citizen.stored()
    assert feedback.text == complaint
    assert feedback.place_code == "0110"
    assert feedback.rating == "dissatisfied"
    assert feedback.concern == "bribery"
    assert feedback.shared_with_citizens_office
    assert feedback.aspects_of("disliked") == ["price"]


def test_a_complaint_that_says_everything_needs_two_taps(sessions, places):
    citizen = Citizen(sessions, places, "km")
    citizen.say("មន្ត្រីនៅច្រកប៉ោយប៉ែតសុំលុយក្រៅពីខ្ញុំ", "give_feedback")
    assert citizen.step == "share"
    citizen.press("យល់ព្រម")
    citizen.press("អនាមិក")
    [feedback] = citizen.stored()
    assert (feedback.unit, feedback.place_code) == ("district_owso", "0110")


def test_who_was_threatened_hears_of_help_first(citizen):
    citizen.say("the officer threatened me with a knife at Poipet district hall", "give_feedback")
    assert citizen.step == "share"
    assert "117" in citizen.words


def test_a_complaint_typed_instead_of_an_answer_is_not_lost(citizen):
    citizen.say("feedback", "give_feedback")
    citizen.say("the officer was very rude to my old mother", "give_feedback")
    assert citizen.step == "unit"
    citizen.press("District hall")
    citizen.say("Kamrieng")
    citizen.press("stay anonymous")
    [feedback] = citizen.stored()
    assert feedback.text == "the officer was very rude to my old mother"
    assert feedback.aspects_of("disliked") == ["behaviour"]


def test_a_complaint_that_also_answers_the_question_is_kept(citizen):
    citizen.say("feedback", "give_feedback")
    citizen.say("the district hall in Poipet, the clerk shouted at me")
    assert citizen.step == "rating"
    citizen.press("Dissatisfied")
    assert citizen.step == "answer"
    citizen.press("stay anonymous")
    assert "shouted" in citizen.stored()[0].text


def test_the_place_is_remembered_from_the_conversation(citizen):
    citizen.context = citizen.context.after(place_code="0110")
    citizen.say("feedback", "give_feedback")
    citizen.press("District office")
    assert citizen.step == "rating"


def test_a_ticket_tells_unit_and_place(citizen):
    citizen.say("my ticket 0110 2611 0034 waits too long", "give_feedback")
    assert citizen.step == "answer"
    citizen.press("stay anonymous")
    [feedback] = citizen.stored()
    assert feedback.ticket_code == "011026110034"
    assert (feedback.unit, feedback.place_code) == ("district_owso", "0110")


def test_the_ticket_that_was_talked_about_tells_the_place(citizen):
    citizen.context = citizen.context.after(ticket_code="011026110034")
    citizen.say("feedback", "give_feedback")
    assert citizen.step == "rating"
    assert citizen.context.form.fields["ticket"] == "011026110034"


def test_a_province_is_narrowed_to_a_district_by_pages_of_buttons(citizen):
    citizen.say("feedback", "give_feedback")
    citizen.press("District office")
    citizen.say("Banteay Meanchey")
    assert "Which district" in citizen.words
    citizen.press("More")
    citizen.press(citizen.titles[0])
    assert citizen.step == "rating"


def test_the_provincial_unit_is_of_a_province(citizen):
    citizen.say("feedback", "give_feedback")
    citizen.press("Provincial unit")
    citizen.say("Poipet")
    citizen.say("good", rating="satisfied")
    citizen.press("Nothing")
    citizen.press("Nothing")
    citizen.press("Skip")
    citizen.press("stay anonymous")
    assert citizen.stored()[0].place_code == "01"


def test_an_earlier_button_corrects_its_answer(citizen):
    citizen.say("feedback", "give_feedback")
    first = citizen.replies
    citizen.press("District office")
    citizen.say("Poipet")
    citizen.replies = first
    citizen.press("District hall")
    assert citizen.context.form.fields["unit"] == "district_hall"
    assert citizen.step == "rating"


def test_a_correction_in_words_changes_the_place(citizen):
    citizen.say("feedback", "give_feedback")
    citizen.press("District office")
    citizen.say("Poipet")
    citizen.say("Kamrieng", corrects=True)
    assert citizen.context.form.fields["place"] == "0212"
    assert citizen.step == "rating"


def test_a_question_in_the_middle_is_left_to_its_own_topic(citizen):
    citizen.say("feedback", "give_feedback")
    assert citizen.say("how much is a driving test?", "ask_service") is None
    citizen.press("District office")
    citizen.say("Poipet")
    citizen.press("Satisfied")
    citizen.press("Nothing")
    citizen.press("Nothing")
    assert citizen.step == "text"
    assert citizen.say("how much is a driving test?", "ask_service") is None
    citizen.say("the driving test cost more than the board says", "ask_service", confidence=0.6)
    assert citizen.step in ("share", "answer")


def test_an_answer_that_is_none_is_asked_for_again(citizen):
    citizen.say("feedback", "give_feedback")
    turn = citizen.say("xyzzy")
    assert not turn.understood
    assert "did not understand" in citizen.words
    assert "Which office" in citizen.words
    citizen.press("District office")
    assert not citizen.say("xyzzy").understood
    assert "do not know this place" in citizen.words


def test_nobody_is_promised_a_reader_who_is_not_there(sessions, citizen):
    for person, text in (("a", "the clerk was rude at the district hall in Poipet"), ("b", "slow")):
        other = Citizen(sessions, citizen.places)
        other.say(f"the district hall in Poipet: {text}, they took money {person}", "give_feedback")
        other.press("Yes, pass it on")
        other.press("Yes, answer me")
        if person == "a":
            assert "No office there is connected" in other.words
            assert "I will tell you here" not in other.words
            official(sessions, "daily", role="citizens_office")
        else:
            assert "goes to the officials responsible" in other.words
            assert "The Citizen's Office receives it too" in other.words
            assert "I will tell you here" in other.words


def test_gender_and_age_are_asked_only_after_the_feedback_is_safe(citizen):
    citizen.say("they asked me for extra money at the district hall in Poipet", "give_feedback")
    citizen.press("No")
    citizen.press("stay anonymous")
    assert citizen.stored()[0].gender is None
    citizen.press("A woman")
    citizen.press("60 and over")
    [feedback] = citizen.stored()
    assert (feedback.gender, feedback.age_group) == ("woman", "60_and_over")


@pytest.mark.parametrize("language", LANGUAGES)
def test_button_titles_fit_the_narrowest_channel(language):
    names = [name for name, lang in wording()._variations if lang == language]
    for name in names:
        if name.startswith("utter_feedback_button") or name.startswith("utter_feedback_aspect"):
            assert len(wording().text(name, language)) <= 20, name
