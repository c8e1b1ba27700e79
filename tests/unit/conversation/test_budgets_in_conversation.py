"""Budget questions among others: the conductor, the real dialogues, and the sample budgets."""

import pytest

from bot.services.budget_sample import load_sample


@pytest.fixture
def citizen(citizen):
    load_sample(citizen.session, again=True)
    return citizen


def test_a_question_for_the_place_survives_another_question(citizen):
    assert "Of which commune" in citizen.says("budget of my commune 2021", "ask_budget")
    said = citizen.says("where is the office in Poipet", "find_office", place="Poipet")
    assert "Of which commune" in said
    said = citizen.says("Banteay Neang", "inform", place="Banteay Neang")
    assert "Budget of Banteay Neang commune" in said
    assert "2021" in said


def test_a_bare_year_belongs_to_the_budget_that_was_told(citizen):
    citizen.says("budget of Banteay Neang commune 2022", "ask_budget")
    assert "2021 (sample data)" in citizen.says("and in 2021?", "inform", year="2021")


def test_a_bare_place_belongs_to_what_was_talked_about(citizen):
    citizen.says("budget of Banteay Neang commune 2022", "ask_budget")
    said = citizen.says("and in Poipet?", "inform", place="Poipet")
    assert "Budget of Paoy Paet municipality" in said
    citizen.says("where is the office in Battambang", "find_office", place="Battambang")
    assert "Budget" not in citizen.says("and in Poipet?", "inform", place="Poipet")


def test_a_budget_leads_to_feedback_about_its_place(citizen):
    citizen.says("budget of Mongkol Borei district 2022", "ask_budget")
    assert citizen.context.place_code == "0102"
    citizen.presses("Tell the council")
    assert citizen.context.form.topic == "feedback"
