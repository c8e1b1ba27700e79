import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.service_search import read_rows, run, seed_index, summary
from bot.services.catalogue_search import (
    CLEAR_LEAD,
    CLEAR_SCORE,
    SAME,
    THRESHOLD,
    Hit,
    IndexedService,
    ServiceIndex,
)
from bot.services.search_lexicon import (
    Lexicon,
    fold_khmer,
    not_offered_phrases_path,
    search_words_path,
    stem,
)
from bot.services.search_text import TextReader, runs
from bot.text.normalise import normalise

QUERIES = Path(__file__).parent / "data" / "service_queries.csv"
SEEDS = search_words_path().parent


@pytest.fixture(scope="module")
def index() -> ServiceIndex:
    return seed_index()


@pytest.fixture(scope="module")
def figures(index):
    return summary(run(index, read_rows(QUERIES)))


def first(index: ServiceIndex, text: str) -> str | None:
    hits = index.search(text)
    return hits[0].service_id if hits else None


@pytest.mark.parametrize(
    ("figure", "floor"),
    [("hit@1", 0.94), ("hit@3", 0.96), ("mrr", 0.95), ("not offered told", 0.95)],
)
def test_known_queries_are_found_as_often_as_before(figures, figure, floor):
    assert figures["queries"] >= 500
    assert figures[figure] >= floor


def test_few_questions_about_real_services_are_refused(figures):
    assert figures["false refusals"] <= 0.03


def test_a_clear_winner_is_nearly_always_right_and_not_rare(figures):
    assert figures["clear winners right"] >= 0.97
    assert figures["clear winners"] >= 0.7


@pytest.mark.parametrize(
    ("text", "service_id"),
    [
        ("my bike has no plate", "vehicle-registration-motorcycle"),
        ("បាត់កាតឡាន", "vehicle-card-duplicate"),
        ("want to open a barber shop", "barber-men"),
        ("ជីកដីលក់", "soil-digging-permit"),
        ("sell fertiliser", "pesticide-fertiliser-sales-permit"),
        ("ចង់ធ្វើផ្ទះ", "construction-permit"),
        ("កូនទើបកើត", "birth-registration"),
        ("បើកហាងកាត់សក់", "barber-men"),
        ("birth certificate", "birth-registration"),
        ("I need a driver's license", "driving-licence-exam"),
        ("bat bek bor trov kar ekasa avei", "driving-licence-exam"),
        ("sombot kamnert chos banhchi nov ena", "birth-registration"),
        ("ប្តូរ plate ទៅ QR", "vehicle-plate-exchange-qr"),
    ],
)
def test_a_service_is_found_by_what_people_say(index, text, service_id):
    assert first(index, text) == service_id


# One act on three vehicles, one paper with five acts: a word decides.
@pytest.mark.parametrize(
    ("text", "service_id"),
    [
        ("ចុះបញ្ជីឡាន", "vehicle-registration-car"),
        ("ចុះបញ្ជីម៉ូតូ", "vehicle-registration-motorcycle"),
        ("ចុះបញ្ជីតុកតុក", "vehicle-registration-tricycle"),
        ("ឆៀកឡាន", "vehicle-inspection"),
        ("ឆៀកតុកតុក", "tricycle-inspection"),
        ("បន្តប័ណ្ណបើកបរ", "driving-licence-renewal"),
        ("បាត់ប័ណ្ណបើកបរ", "driving-licence-duplicate"),
        ("ប្រឡងបើកបរធ្លាក់", "driving-licence-retest"),
        ("ពិន័យប័ណ្ណបើកបរហួសថ្ងៃ", "driving-licence-late-fine"),
        ("ប្តូរប័ណ្ណបើកបរបរទេស", "driving-licence-foreign-exchange"),
        ("កែសំបុត្រកំណើត", "birth-certificate-amendment"),
        ("បាត់សំបុត្រកំណើត", "birth-attestation"),
        ("ចុះបញ្ជីកំណើតហួសកំណត់", "birth-late-petition"),
        ("រៀបការជាមួយបរទេស", "marriage-with-foreigner"),
    ],
)
def test_the_word_that_tells_services_apart_decides(index, text, service_id):
    assert first(index, text) == service_id


@pytest.mark.parametrize("column", ["name_km", "name_en"])
def test_every_service_is_first_for_its_official_name(index, column):
    rows = read_rows(SEEDS / "services.csv")
    missed = [row["id"] for row in rows if first(index, row[column]) != row["id"]]
    assert missed == []


@pytest.mark.parametrize(
    "text",
    [
        "ធ្វើ ស្លាកលេខ ម៉ូតូ",
        "ធ្វើស្លាកលេខម៉ូតូ",
        "ធ្វើ\u200bស្លាក\u200bលេខ\u200bម៉ូតូ",
        "ធ្វើស្លាកលេខម៉ូតូរ",
        "ធ្វើផ្លាកលេខមូតូ",
        "ជំរាបសួរបង ខ្ញុំចង់ធ្វើស្លាកលេខម៉ូតូ តើត្រូវធ្វើដូចម្តេច",
        "TWER SLAK LEK MOTO",
    ],
)
def test_spacing_spelling_and_politeness_do_not_matter(index, text):
    assert first(index, text) == "vehicle-registration-motorcycle"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "🙏🙏",
        "តម្លៃប៉ុន្មាន?",
        "ត្រូវការឯកសារអ្វីខ្លះ",
        "and the documents?",
        "how much does it cost",
        "សេវា",
        "សួស្តីបង",
        "asdfgh",
    ],
)
def test_words_that_go_with_any_service_find_none(index, text):
    assert index.search(text) == []
    assert not index.has_service_words(text)


@pytest.mark.parametrize("text", ["ចុះម៉ូតូវិញ?", "and if it is lost?", "passport", "ឆៀកឡាន"])
def test_a_matter_that_is_named_is_noticed(index, text):
    assert index.has_service_words(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("ធ្វើលិខិតឆ្លងដែន", "passport"),
        ("renew my passport", "passport"),
        ("បាត់អត្តសញ្ញាណប័ណ្ណ", "national-id"),
        ("ចង់ខ្ចីលុយធនាគារទិញម៉ូតូ", "bank-loan"),
        ("extend tourist visa", "visa"),
        ("ម៉ូតូខ្ញុំត្រូវចោរលួច", "police"),
        ("អ្នកជិតខាងរំលោភយកដីខ្ញុំ", "land-dispute"),
        ("ថ្ងៃនេះភ្លៀងអត់", "weather"),
    ],
)
def test_what_no_office_gives_is_told_by_its_topic(index, text, topic):
    assert index.not_offered_topic(text) == topic
    assert index.search(text) == []


def test_a_service_is_no_topic(index):
    assert index.not_offered_topic("ចុះបញ្ជីម៉ូតូ") is None


@pytest.mark.parametrize(
    ("scores", "winner"),
    [
        ([], None),
        ([0.9], "a"),
        ([CLEAR_SCORE], "a"),
        ([CLEAR_SCORE - 0.01], None),
        ([0.9, 0.9 - CLEAR_LEAD - 0.01], "a"),
        ([0.9, 0.9 - CLEAR_LEAD + 0.01], None),
        ([SAME, SAME - 0.01], "a"),
        ([1.0, SAME], None),
    ],
)
def test_a_clear_winner_is_good_and_well_ahead(scores, winner):
    hits = [Hit(service_id, score) for service_id, score in zip("ab", scores, strict=False)]
    clear = ServiceIndex.clear_winner(hits)
    assert (clear.service_id if clear else None) == winner


def test_a_question_that_fits_several_services_has_no_clear_winner(index):
    hits = index.search("ប្តូរផ្លាកលេខ")
    assert len(hits) > 1
    assert index.clear_winner(hits) is None


@pytest.mark.parametrize(
    ("text", "named", "service_id"),
    [
        (
            "police stop me two times this week because my moto has no number",
            "my moto has no number",
            "vehicle-registration-motorcycle",
        ),
        (
            "I have only a business visa, can I be the owner when I register the car",
            "register the car",
            "vehicle-registration-car",
        ),
        ("អ្នកកាន់ប័ណ្ណក្រីក្រធ្វើសំបុត្រកំណើតបង់ទៀតទេ", "ធ្វើសំបុត្រកំណើត", "birth-registration"),
        ("motorbike plate", "", "vehicle-registration-motorcycle"),
    ],
)
def test_what_a_story_mentions_on_its_way_does_not_hide_what_is_wanted(
    index, text, named, service_id
):
    assert index.find(text, named)[0].service_id == service_id


def test_what_no_office_gives_is_not_found_by_its_name_either(index):
    assert index.find("my passport expired, does the office renew it", "passport") == []


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_no_more_hits_than_asked_for(index, limit):
    assert 0 < len(index.search("ឡាន ផ្លាកលេខ", limit=limit)) <= limit


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
    | st.text("កខគ្ើាំស្លាកលេ ab1", max_size=60)
)
def test_any_text_gives_ordered_scores_within_bounds(index, text):
    hits = index.search(text)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert not scores or scores[0] >= THRESHOLD
    assert not hits or index.not_offered_topic(text) is None


def test_an_index_of_ones_own_services_knows_their_names_and_phrases():
    index = ServiceIndex.build(
        [
            IndexedService("lamp", ("ចង្កៀង", "Lamp licence"), ("glowing lantern",)),
            IndexedService("kite", ("ខ្លែង", "Kite permit"), ("flying toy",)),
        ],
        [("dragon", "tame a dragon")],
    )
    assert first(index, "a glowing lantern please") == "lamp"
    assert first(index, "ខ្លែង") == "kite"
    assert index.not_offered_topic("tame a dragon") == "dragon"
    assert index.search("unrelated") == []


def test_an_empty_index_finds_nothing():
    index = ServiceIndex.build([], [])
    assert index.search("ឡាន") == []
    assert index.not_offered_topic("ឡាន") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ប័ណ្ណបើកបរ", "បណ្ណបើកបរ"),
        ("ប្រឡង", "ប្រលង"),
        ("ស្ថានីយ៍", "ស្ថានីយ"),
        ("អាពាហ៍ពិពាហ៍", "អាពាហពិពាហ"),
        ("លក្ខណៈ", "លក្ខណ"),
    ],
)
def test_common_misspellings_share_a_key(one, other):
    assert fold_khmer(normalise(one)) == fold_khmer(normalise(other))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("plates", "plate"),
        ("driver's", "driver"),
        ("glass", "glass"),
        ("bus", "bus"),
        ("goods", "goods"),
    ],
)
def test_english_endings_are_cut_where_they_are_endings(word, expected):
    assert stem(word) == expected


def test_short_khmer_words_are_not_found_inside_others():
    reader = TextReader(Lexicon([("fertiliser", "km", "ជី"), ("land", "km", "ដី")]))
    assert "m:fertiliser" not in reader.features(runs("ចុះបញ្ជី"))
    assert "m:fertiliser" in reader.features(runs("លក់ជី"))


def test_a_typing_error_is_mended_towards_known_words():
    reader = TextReader(Lexicon([("fertiliser", "en", "fertilizer")]))
    reader.learn([runs("fertilizer")])
    assert "m:fertiliser" in reader.features(runs("fertlizer"))


def test_seed_phrases_cover_every_service_and_stand_once():
    rows = read_rows(SEEDS / "service_phrases.csv")
    services = {row["id"] for row in read_rows(SEEDS / "services.csv")}
    keys = [(row["service_id"], normalise(row["phrase"])) for row in rows]
    assert {row["service_id"] for row in rows} == services
    assert len(set(keys)) == len(keys)
    assert {row["language"] for row in rows} == {"km", "en", "romanised"}
    assert min(sum(key[0] == service for key in keys) for service in services) >= 15


def test_no_phrase_is_both_offered_and_not():
    offered = {normalise(row["phrase"]) for row in read_rows(SEEDS / "service_phrases.csv")}
    with not_offered_phrases_path().open(encoding="utf-8", newline="") as file:
        not_offered = {normalise(row["phrase"]) for row in csv.DictReader(file)}
    assert offered & not_offered == set()
