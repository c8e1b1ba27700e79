"""What is read out of a question, and which lines a topic means."""

from datetime import date

import pytest

from bot.services.budget_question import BudgetQuestion, read_question
from bot.services.budget_topics import lines_about, topic_of, topics
from bot.services.budgets import Amounts, Item, Side
from bot.services.dialogue import Heard
from bot.text.normalise import normalise

TODAY = date(2023, 5, 1)


def read(text, **entities):
    heard = Heard(text, "en", entities={name: (value,) for name, value in entities.items()})
    return read_question(heard, TODAY)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("budget 2022", (2022,)),
        ("ថវិកា ឆ្នាំ២០២១", (2021,)),
        ("ថវិកា ២០២១ ធៀបនឹង ២០២២", (2021, 2022)),
        ("ឆ្នាំ២៥៦៥", (2022,)),
        ("last year", (2022,)),
        ("ថវិកាឆ្នាំទៅ", (2022,)),
        ("this year", (2023,)),
        ("compare with last year", ()),
        ("budget", ()),
        ("1202022", ()),
    ],
)
def test_years(text, years):
    assert read(text).years == years


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("compare with last year", "change"),
        ("ធៀបនឹងឆ្នាំមុនថវិកាឡើងឬចុះ", "change"),
        ("budget per person", "per_person"),
        ("ម្នាក់ៗបានថវិកាប៉ុន្មានបើចែក", "per_person"),
        ("planned vs actual", "execution"),
        ("ឃុំអនុវត្តថវិកាបានប៉ុន្មានភាគរយ", "execution"),
        ("ថវិកាឃុំខ្ញុំតិចជាងឃុំជិតខាងមែនទេ", "average"),
        ("what are the biggest lines", "largest"),
        ("តើថវិកាឃុំត្រូវបានបែងចែកយ៉ាងណា?", "chapters"),
        ("លុយឃុំចាយទៅណាអស់", "chapters"),
        ("commune budget", ""),
    ],
)
def test_aspects(text, aspect):
    assert read(text).aspect == aspect


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("how much for roads", "roads"),
        ("ឃុំមានលុយជួសជុលផ្លូវទេ", "roads"),
        ("luy khum tver plov ponman", "roads"),
        ("លុយភ្លើងបំភ្លឺផ្លូវ", "electricity"),
        ("ថវិកាសាលារៀនក្នុងឃុំ", "schools"),
        ("repair", "repair"),
        ("how much ponman", ""),
        ("ថវិកាសាលាឃុំ", ""),
    ],
)
def test_topics(text, topic):
    assert topic_of(normalise(text).lower(), ()) == topic


def test_a_word_that_only_the_engine_knows_for_a_topic_is_kept():
    assert read("spending on umbrellas", budget_topic="umbrellas").topic == "umbrellas"


@pytest.mark.parametrize("entity", ["ចំណូល", "income", "spending"])
def test_income_and_spending_are_sides_and_no_topics(entity):
    assert read(f"{entity} of the commune", budget_topic=entity).topic == ""


def test_the_side_is_revenue_only_where_it_alone_is_asked_for():
    assert read("ចំណូលឃុំ").side == "revenue"
    assert read("ចំណូលចំណាយឃុំ").side == ""


def test_a_question_survives_in_a_form():
    question = read("how much did my commune spend on roads in 2022")
    assert BudgetQuestion.from_fields(question.to_fields()) == question
    assert (question.mine, question.level) == (True, "commune")


def test_a_chapter_is_not_told_twice_by_its_accounts():
    roads = Item("2111", "ផ្លូវ", None, Amounts(5))
    chapter = Item("21", "ផ្លូវ និងស្ពាន", None, Amounts(9), (roads,))
    other = Item("61", "សេវា", None, Amounts(9), (Item("6111", "ជួសជុលផ្លូវ", None, Amounts(1)),))
    side = Side("expenditure", Amounts(18), (chapter, other), ())
    assert [item.code for item in lines_about("roads", side)] == ["21", "6111"]


def test_every_topic_has_a_name_and_words_in_both_languages():
    for topic in topics():
        assert topic.name_km
        assert topic.name_en
        assert topic.khmer
        assert topic.latin
