"""Questions about budgets: place and year from message or context, each thing that may be asked."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete

from bot.db.models import BudgetLine, Population
from bot.rendering.sms import lay_out_short_messages
from bot.services.budget_dialogue import BudgetDialogue
from bot.services.budget_links import BudgetLinks
from bot.services.dialogue import Context, Heard
from bot.services.places import PlaceFinder
from bot.text.digits import to_latin_digits
from bot.wording import wording
from tests.unit.databases import seeded_sessions

# Banteay Neang (010201) and its neighbours in Mongkol Borei district.
COMMUNE, NEIGHBOUR, THIRD, DISTRICT = "010201", "010202", "010203", "0102"
LINES = {
    ("expenditure", "21", ""): ("អចលកម្ម", "Tangible assets"),
    ("expenditure", "21", "2111"): ("ការជួសជុលផ្លូវ", "Roads"),
    ("expenditure", "21", "2112"): ("អគារសាលារៀន", "School buildings"),
    ("expenditure", "64", "6411"): ("ប្រាក់ឧបត្ថម្ភក្រុមប្រឹក្សា", "Allowances of the council"),
    ("revenue", "75", "7511"): ("មូលនិធិឃុំ", "Commune Fund"),
}
FIGURES = {  # planned and actual of each line, in millions
    (COMMUNE, 2022): ((None, None), (200, 100), (100, 100), (100, 100), (400, 380)),
    (COMMUNE, 2021): ((None, None), (100, 90), (50, 50), (60, 60), (210, 210)),
    (NEIGHBOUR, 2022): ((None, None), (300, 300), (100, 100), (100, 100), (500, 500)),
    (THIRD, 2022): ((None, None), (60, None), (20, None), (20, None), (100, None)),
    (DISTRICT, 2022): ((None, None), (900, 900), (50, 50), (50, 50), (1000, 1000)),
}


@pytest.fixture(scope="session")
def finder(tmp_path_factory):
    with seeded_sessions(tmp_path_factory.mktemp("places"))() as session:
        return PlaceFinder.from_session(session)


@pytest.fixture
def dialogue(session, finder):
    for (place, year), amounts in FIGURES.items():
        for ((kind, chapter, account), names), (planned, actual) in zip(
            LINES.items(), amounts, strict=True
        ):
            session.add(
                BudgetLine(
                    place_code=place, year=year, kind=kind, chapter=chapter, account=account,
                    name_km=names[0], name_en=names[1], planned=millions(planned), revised=None,
                    actual=millions(actual), source="Budget book, page 7", is_sample=False,
                )
            )  # fmt: skip
    session.add(
        Population(place_code=COMMUNE, year=2019, people=10_000, source="Census", is_sample=False)
    )
    session.flush()
    links = BudgetLinks("https://chrok.example/")
    return BudgetDialogue(session, finder, wording(), links, date(2023, 3, 1))


def millions(amount):
    return None if amount is None else amount * 1_000_000


def ask(dialogue, text, context=None, language="en", intent="ask_budget", **entities):
    heard = Heard(
        text, language, intent, entities={name: (value,) for name, value in entities.items()}
    )
    context = context or Context()
    if context.form is not None:
        turn = dialogue.fill(heard, context)
        if turn is not None:
            return turn
    return dialogue.begin(heard, replace(context, topic="ask_budget"))


def words(turn):
    return to_latin_digits("\n".join(reply.text for reply in turn.replies))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "budget of Banteay Neang commune 2022",
            "en",
            [
                "Budget of Banteay Neang commune, Mangkul Bourei district, 2022",
                "400 million riel planned, 300 million riel spent (75% of the plan)",
                "Tangible assets: 200 million riel (67%)",
                "Compared with 2021: actual spending 50% more (from 200 million riel to 300",
                "Per resident: actual spending 30,000 riel (10,000 residents in 2019)",
                "An average commune of Mangkul Bourei district: actual spending 400 million riel",
                "(of 2 places)",
                "Source: Budget book, page 7",
            ],
        ),
        (
            "ថវិកាឃុំបន្ទាយនាង ឆ្នាំ២០២២",
            "km",
            [
                "ថវិកាឃុំបន្ទាយនាង ស្រុកមង្គលបូរី ឆ្នាំ2022",
                "គ្រោង 400 លានរៀល ចាយជាក់ស្តែង 300 លានរៀល (75% នៃគម្រោង)",
                "អចលកម្ម៖ 200 លានរៀល (67%)",
                "ចំណាយជាក់ស្តែងកើន 50% (ពី 200 លានរៀល ទៅ 300 លានរៀល)",
                "30,000 រៀល (ប្រជាពលរដ្ឋ 10,000 នាក់ ឆ្នាំ2019)",
                "ជាមធ្យម 400 លានរៀល (គិតពី 2 កន្លែង)",
                "ប្រភព៖ Budget book, page 7",
            ],
        ),
        ("how much for roads in Banteay Neang commune", "en", ["planned 200 million riel"]),
        ("ឃុំបន្ទាយនាង លុយធ្វើផ្លូវប៉ុន្មាន", "km", ["ការជួសជុលផ្លូវ៖ គ្រោង 200 លានរៀល ជាក់ស្តែង 100"]),
        ("revenue of Banteay Neang commune", "en", ["380 million riel received"]),
        ("ចំណូលឃុំបន្ទាយនាងប៉ុន្មាន", "km", ["ទទួលបានជាក់ស្តែង 380 លានរៀល"]),
        ("Banteay Neang commune budget per person", "en", ["Per resident: actual spending 30,000"]),
        ("ឃុំបន្ទាយនាង ម្នាក់បានប៉ុន្មាន", "km", ["30,000 រៀល"]),
        ("Banteay Neang commune compared with the average", "en", ["25% below the average"]),
        ("did Banteay Neang commune spend more than planned", "en", ["Tangible assets: 67%"]),
        ("largest spending of Banteay Neang commune", "en", ["Roads: 100 million riel (33%)"]),
        ("compare 2021 and 2022 of Banteay Neang commune", "en", ["50% more"]),
        ("ថវិកាឃុំបន្ទាយនាង ឆ្នាំមុន", "km", ["ឆ្នាំ2022"]),
        ("budget of Banteay Neang commune in 2564", "en", ["2021", "210 million riel planned"]),
    ],
)  # fmt: skip
def test_a_question_is_answered_with_the_figures_in_the_database(
    dialogue, text, language, expected
):
    said = words(ask(dialogue, text, language=language))
    for figure in expected:
        assert figure in said


def test_a_follow_up_is_about_the_same_place_and_year(dialogue):
    turn = ask(dialogue, "budget of Banteay Neang commune 2021")
    assert (turn.context.place_code, turn.context.year) == (COMMUNE, "2021")
    turn = ask(dialogue, "and how much for schools?", turn.context)
    assert "planned 50 million riel" in words(turn)
    turn = ask(dialogue, "and in 2022?", turn.context)
    assert "400 million riel planned" in words(turn)
    turn = ask(dialogue, "compare with last year", turn.context)
    assert "Compared with 2021: actual spending 50% more" in words(turn)


def test_my_commune_is_asked_for_and_the_question_is_kept(dialogue):
    turn = ask(dialogue, "ថវិកាឃុំខ្ញុំ ឆ្នាំ២០២១ ចាយលើផ្លូវប៉ុន្មាន", language="km")
    assert "ឃុំ សង្កាត់" in words(turn)
    turn = ask(dialogue, "បន្ទាយនាង", turn.context, language="km", intent="inform")
    assert "ឆ្នាំ2021" in words(turn)
    assert "គ្រោង 100 លានរៀល" in words(turn)
    assert turn.context.form is None


def test_my_commune_is_known_once_it_was_named(dialogue):
    turn = ask(dialogue, "budget of Banteay Neang commune")
    assert "Banteay Neang" in words(ask(dialogue, "what does my commune spend on", turn.context))


def test_my_commune_is_not_the_district_that_was_talked_about(dialogue):
    turn = ask(dialogue, "budget of my commune", Context(place_code=DISTRICT))
    assert "Of which commune or district?" in words(turn)


def test_a_wrong_place_is_asked_for_again(dialogue):
    turn = ask(dialogue, "commune budget")
    turn = ask(dialogue, "xyzzy", turn.context, intent="inform")
    assert "I do not know this place" in words(turn)
    assert not turn.understood
    assert turn.context.form is not None


def test_another_question_in_between_is_not_taken_for_a_place(dialogue):
    turn = ask(dialogue, "commune budget")
    heard = Heard("how much is a driving test", "en", "ask_service")
    assert dialogue.fill(heard, turn.context) is None


def test_of_places_with_one_name_the_district_is_told_and_the_other_offered(dialogue, session):
    for code in ("0105", "011004"):
        session.add(
            BudgetLine(
                place_code=code, year=2022, kind="expenditure", chapter="21", account="",
                name_km="ក", name_en="A", planned=7_000_000, revised=None, actual=None,
                source="Book", is_sample=False,
            )
        )  # fmt: skip
    session.flush()
    turn = ask(dialogue, "Budget of Ou Chrov 2022")
    assert "Ou Chrov district" in words(turn)
    assert any("Ou Chrov sangkat" in button.title for button in turn.replies[0].buttons)


def test_a_district_is_told_with_its_own_figures(dialogue):
    assert "1 billion riel planned" in words(ask(dialogue, "budget of Mongkol Borei district"))


def test_two_places_are_compared(dialogue):
    said = words(ask(dialogue, "compare Banteay Neang commune and Bat Trang commune 2022"))
    assert said.index("300 million riel spent") < said.index("500 million riel spent")
    assert "Per resident: 30,000 riel" in said


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize(
    "text",
    [
        "ថវិកាឃុំចំណោម ឆ្នាំ២០២២",
        "ថវិកាឃុំចំណោម ជំពូក",
        "ថវិកាឃុំចំណោម ម្នាក់",
        "ថវិកាឃុំចំណោម អនុវត្ត",
        "ថវិកាឃុំចំណោម ផ្លូវ",
        "ថវិកាឃុំចំណោម ធៀបនឹងឆ្នាំមុន",
        "ថវិកាឃុំចំណោម ពន្ធ",
    ],
)
def test_what_is_not_known_is_said_and_never_zero(dialogue, finder, text, language):
    name = finder.get(THIRD).full_name_km
    said = words(ask(dialogue, text.replace("ឃុំចំណោម", name), language=language))
    missing = ("មិនទាន់", "មិនមាន", "គ្មាន") if language == "km" else ("not ", "no ", "No ")
    assert any(word in said for word in missing)
    assert " 0 " not in said
    assert "(0%" not in said


def test_a_year_without_figures_offers_the_years_that_have_some(dialogue):
    turn = ask(dialogue, "budget of Banteay Neang commune 2019")
    assert "I have no budget of Banteay Neang commune" in words(turn)
    assert [button.title for button in turn.replies[0].buttons] == ["2022", "2021"]


def test_a_place_without_figures_says_where_to_ask_and_what_is_near(dialogue, finder):
    turn = ask(dialogue, f"budget of {finder.get('010204').full_name_en} 2022")
    said = words(turn)
    assert "I have no budget of" in said
    assert "70,000 US dollars" in said
    assert "freshnewsasia.com" in said
    assert any("Mangkul Bourei district" in b.title for b in turn.replies[0].buttons)


def test_national_figures_stay_in_the_currency_of_their_source(dialogue):
    said = words(ask(dialogue, "ថវិកាជាតិ", language="km"))
    assert "1,116,000,000 ដុល្លារអាមេរិក" in said
    assert "rithipul.com.kh" in said


def test_sample_figures_are_marked_in_every_form_of_the_answer(dialogue, session):
    session.execute(delete(BudgetLine))
    from bot.services.budget_sample import load_sample

    load_sample(session)
    for text in ("budget", "roads", "per person", "average", "compare with last year", "largest"):
        reply = ask(dialogue, f"{text} of Banteay Neang commune").replies[0]
        assert "(sample data)" in reply.text
        assert "invented" in reply.text
        assert "(sample data)" in reply.short_text


def test_the_picture_and_the_page_are_of_the_place_year_and_language(dialogue):
    reply = ask(dialogue, "ថវិកាឃុំបន្ទាយនាង ឆ្នាំ២០២២", language="km").replies[0]
    assert reply.image_url == "https://chrok.example/budgets/010201/chart.png?year=2022&lang=km"
    assert reply.link_url == "https://chrok.example/budgets/010201?year=2022&lang=km"


def test_an_answer_leads_to_feedback_about_the_place(dialogue):
    turn = ask(dialogue, "budget of Banteay Neang commune 2022")
    payloads = [button.payload for button in turn.replies[0].buttons]
    assert '/give_feedback{"place_code": "010201"}' in payloads
    assert turn.context.place_code == COMMUNE


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Compare with 2021", "50% more"), ("Revenue", "380 million riel received")],
)
def test_the_buttons_lead_on(dialogue, title, expected):
    import json

    turn = ask(dialogue, "budget of Banteay Neang commune 2022")
    [payload] = [b.payload for b in turn.replies[0].buttons if b.title == title]
    values = json.loads(payload.removeprefix("/ask_budget"))
    chosen = {name: value for name, value in values.items() if name != "year"}
    entities = {name: (value,) for name, value in values.items()}
    heard = Heard("", "en", "ask_budget", chosen=chosen, entities=entities)
    assert expected in words(dialogue.begin(heard, turn.context))


KHMER_QUESTIONS = (
    *("ថវិកាឃុំបន្ទាយនាង ឆ្នាំ២០២២", "ថវិកាឃុំបន្ទាយនាង ជំពូក", "ចំណូលឃុំបន្ទាយនាង"),
    *("ថវិកាឃុំបន្ទាយនាង ម្នាក់", "ថវិកាឃុំបន្ទាយនាង ធៀបនឹងឆ្នាំមុន", "ឃុំបន្ទាយនាង ផ្លូវ"),
    *("ថវិកាឃុំបន្ទាយនាង អនុវត្ត", "ថវិកាឃុំបន្ទាយនាង មធ្យម", "ថវិកាឃុំបន្ទាយនាង ច្រើនជាងគេ"),
)


@pytest.mark.parametrize("text", KHMER_QUESTIONS)
def test_a_khmer_answer_fits_three_sms_with_its_choices(dialogue, text):
    reply = ask(dialogue, text, language="km").replies[0]
    laid_out = lay_out_short_messages(reply, 3)
    assert len(laid_out.parts) <= 3
    assert laid_out.remaining == ""
    sent = "\n".join(part.text for part in laid_out.parts)
    assert all(len(part.text.encode("utf-16-le")) // 2 <= 67 for part in laid_out.parts)
    assert all(button.title in sent.replace("\n", " ") for button in reply.buttons)
    assert "រៀល" in reply.short_text
    assert not reply.short_text.endswith("៖")
