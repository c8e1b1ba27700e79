from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.augmentation import Augmenter
from bot.nlu.labelled_words import LabelledWords, without_begins
from bot.nlu.noise import glued, mistyped, shortened, torn, without_vowels

OUTSIDE = "O"
FEE = LabelledWords(
    ("ប័ណ្ណ", "បើកបរ", "តម្លៃ", "ប៉ុន្មាន"), ("B-service", "I-service", "B-aspect=fee", OUTSIDE)
)
TITLE = LabelledWords(("ប្លង់", "ដី", "រឹង", "ធ្វើ", "ម៉េច"), ("B-service", *["I-service"] * 2, *"OO"))
ENGLISH = LabelledWords(
    ("how", "much", "is", "a", "number", "plate", "please"),
    ("B-aspect=fee", "I-aspect=fee", OUTSIDE, OUTSIDE, "B-service", "I-service", OUTSIDE),
)
EXAMPLES = (FEE, TITLE, ENGLISH)
MISTAKES = (mistyped, torn, glued, shortened, without_vowels)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.words[0])
def test_the_same_copies_on_every_run(example: LabelledWords) -> None:
    first, second = (list(Augmenter(EXAMPLES).copies(example, "ask_service")) for _ in range(2))
    assert first == second
    assert first[0] == example
    assert len(set(first)) > 3


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.words[0])
def test_copies_keep_the_entities_and_their_order(example: LabelledWords) -> None:
    kinds = [kind for _, _, kind in example.spans()]
    for copy in Augmenter(EXAMPLES).copies(example, "ask_service"):
        assert len(copy.words) == len(copy.labels)
        assert all(copy.words)
        assert [kind for _, _, kind in copy.spans()] == kinds


def test_a_service_is_exchanged_for_another_of_the_same_script() -> None:
    fees = [LabelledWords((*FEE.words, "ទេ", str(n)), (*FEE.labels, "O", "O")) for n in range(9)]
    augmenter = Augmenter([TITLE, *fees])
    copies = [copy for fee in fees for copy in augmenter.copies(fee, "ask_service")]
    exchanged = [copy for copy in copies if copy.words[:3] == TITLE.words[:3]]
    assert exchanged
    for copy in exchanged:
        assert copy.spans()[0] == (0, 3, "service")
        assert copy.words[3:5] == FEE.words[2:]


def test_one_copy_of_each_of_many_examples_is_not_always_of_the_same_kind() -> None:
    many = [LabelledWords((*FEE.words, str(n)), (*FEE.labels, "O")) for n in range(100)]
    augmenter = Augmenter([TITLE, *many])
    first = [list(augmenter.copies(one, "ask_service"))[1] for one in many]
    romanised = [copy for copy in first if all(word.isascii() for word in copy.words)]
    exchanged = [copy for copy in first if copy.words[:3] == TITLE.words[:3]]
    longer = [copy for copy in first if copy.words != FEE.words and len(copy.words) > 6]
    assert min(map(len, (romanised, exchanged, longer))) > 1
    assert max(map(len, (romanised, exchanged, longer))) < 60


def test_khmer_is_romanised_with_its_labels() -> None:
    copies = list(Augmenter(EXAMPLES).copies(FEE, "ask_service"))
    romanised = [copy for copy in copies if all(word.isascii() for word in copy.words)]
    assert romanised
    assert all(copy.spans()[0][2] == "service" for copy in romanised)


def test_a_bare_answer_gets_no_greeting() -> None:
    answer = LabelledWords(("ម៉ូតូ",), (OUTSIDE,))
    assert all(len(copy.words) <= 2 for copy in Augmenter([answer]).copies(answer, "inform"))


def test_numbers_alone_are_not_changed() -> None:
    number = LabelledWords(("020421030012",), ("B-ticket_code",))
    assert list(Augmenter([number]).copies(number, "inform")) == [number]


@given(seed=st.integers(0, 10_000), example=st.sampled_from(EXAMPLES))
def test_mistakes_lose_no_entity(seed: int, example: LabelledWords) -> None:
    kinds = [kind for _, _, kind in example.spans()]
    for mistake in MISTAKES:
        copy = mistake(example, Random(seed))
        assert len(copy.words) == len(copy.labels)
        assert [kind for _, _, kind in copy.spans()] == kinds


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_mistakes_are_made(mistake: object) -> None:
    copies = {mistake(example, Random(seed)) for example in EXAMPLES for seed in range(20)}  # type: ignore[operator]
    assert copies - set(EXAMPLES)


def test_a_torn_word_can_be_put_together_again() -> None:
    copy = torn(TITLE, Random(1))
    assert "".join(copy.words) == "".join(TITLE.words)
    assert len(copy.words) == len(TITLE.words) + 1


def test_words_lose_the_vowels_inside_them_and_keep_their_edges() -> None:
    copy = without_vowels(ENGLISH, Random(3))
    assert copy != ENGLISH
    assert [word[0] + word[-1] for word in copy.words] == [w[0] + w[-1] for w in ENGLISH.words]


def test_a_wordy_copy_says_the_same_with_something_around_it() -> None:
    wordy = [c for c in Augmenter(EXAMPLES).copies(ENGLISH, "ask_service") if len(c.words) > 9]
    assert wordy
    assert all(set(ENGLISH.words) <= set(copy.words) for copy in wordy[-1:])


def test_labels_without_begins_keep_their_kinds() -> None:
    assert without_begins(("B-place", "I-place", OUTSIDE, "B-aspect=fee")) == [
        "I-place",
        "I-place",
        OUTSIDE,
        "I-aspect=fee",
    ]
