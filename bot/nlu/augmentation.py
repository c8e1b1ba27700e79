"""Copies of training examples in other spellings, with other names, and with mistakes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from random import Random
from zlib import crc32

import regex

from bot.nlu.labelled_words import LabelledWords
from bot.nlu.noise import glued, mistyped, shortened, torn, without_vowels
from bot.text.romanised import romanise

# An example may be romanised several times.
_romanise = lru_cache(maxsize=None)(romanise)
_KHMER = regex.compile(r"\p{Khmer}")
_LATIN = regex.compile(r"\p{Latin}")
# Names of these may stand for one another: the sentence around them means the same.
_EXCHANGED = ("service", "place", "budget_topic")
_PARTICLES = {
    "khmer": (
        ("បង",), ("បាទ",), ("ចាស",), ("ផង",), ("បង", "ផង"), ("ណា",), ("ក្មួយ",), ("ប្អូន",), ("លោក",),
        ("ហ្នឹង",), ("ដែរ",), ("អូន",), ("ចា៎",), ("ទៅ",),
    ),
    "latin": (
        ("bong",), ("please",), ("bat",), ("phong",), ("pls",), ("thanks",), ("na",), ("oun",),
    ),
}  # fmt: skip
_GREETINGS = {
    "khmer": (
        ("សួស្តី",), ("ជម្រាបសួរ",), ("ជំរាបសួរ",), ("បង",), ("សួស្តី", "បង"), ("ជម្រាបសួរ", "លោក"), ("លោក",),
        ("បងអើយ",), ("សុំ", "សួរ", "បន្តិច"), ("ចុះ",), ("អញ្ចឹង",),
    ),
    "latin": (("hello",), ("hi",), ("bong",), ("hi", "bong"), ("hello", ","), ("excuse", "me"),
              ("good", "morning"), ("ok",), ("so",)),
}  # fmt: skip
# What people say before they come to the point, and after it.
_OPENINGS = {
    "khmer": (
        ("សុំ", "ទោស", "រំខាន", "បន្តិច"), ("ខ្ញុំ", "ចង់", "សួរ", "បន្តិច"), ("សូម", "ជួយ", "ប្រាប់", "ផង"),
        ("ខ្ញុំ", "មិន", "សូវ", "យល់", "ទេ"), ("ជម្រាបសួរ", "លោក", "មន្ត្រី"), ("ជួយ", "ខ្ញុំ", "ផង"),
        ("ខ្ញុំ", "មក", "ពី", "ខេត្ត"), ("បង", "អើយ", "ជួយ", "បន្តិច"),
    ),
    "latin": (
        ("sorry", "to", "disturb", "you"), ("i", "want", "to", "ask"), ("please", "help", "me"),
        ("sorry", "my", "english", "is", "not", "good"), ("dear", "officer"), ("hello", "sir"),
        ("i", "have", "a", "question"), ("good", "morning", "bong"), ("can", "you", "tell", "me"),
        ("jumreab", "sour"), ("bong", "oy"), ("som", "tos", "bong"),
        ("i", "would", "like", "to", "know"),
    ),
}  # fmt: skip
_CLOSINGS = {
    "khmer": (
        ("ជួយ", "ប្រាប់", "ផង"), ("សូម", "អរគុណ"), ("ប្រញាប់", "ណាស់"), ("អរគុណ", "ទុក", "ជា", "មុន"),
        ("សូម", "ឆ្លើយ", "ផង"), ("ខ្ញុំ", "មិន", "ដឹង", "ទេ"),
    ),
    "latin": (
        ("please", "advise"), ("thank", "you", "in", "advance"), ("it", "is", "urgent"),
        ("please",), ("please", "tell", "me"), ("i", "am", "waiting"), ("orkun", "bong"),
        ("thanks", "a", "lot"),
    ),
}  # fmt: skip
# Before a greeting or a bare answer another greeting would change what is meant.
KEEPS_MEANING_AFTER_GREETING = frozenset(
    {
        "ask_service", "ask_budget", "find_office", "track_ticket", "give_feedback",
        "browse_services", "talk_to_officer", "forget_me", "stop_messages", "out_of_scope",
        "change_language", "bot_challenge", "ask_help",
    }
)  # fmt: skip

_Copy = Callable[[LabelledWords, Random], LabelledWords]


class Augmenter:
    """Makes copies of the examples of one training set; the same ones on every machine and run."""

    def __init__(self, examples: Iterable[LabelledWords]) -> None:
        names: dict[tuple[str, str], dict[tuple[str, ...], None]] = defaultdict(dict)
        for example in examples:
            for start, end, kind in example.spans():
                words = example.words[start:end]
                names[kind, _script(words)].setdefault(words)
        self._names = {key: list(found) for key, found in names.items()}

    def copies(self, example: LabelledWords, intent: str) -> Iterator[LabelledWords]:
        """The example itself, then a copy of each kind, beginning with another for each example.

        So that whoever takes only a few of each has all kinds alike.
        """
        yield example
        if not any(word[0].isalpha() for word in example.words):
            return
        kinds = self._kinds_of_copies(example, intent)
        seed = crc32(f"{intent} {' '.join(example.words)}".encode())
        first = seed % len(kinds)
        for copy in (*kinds[first:], *kinds[:first]):
            # Not for secrets: the same numbers for the same example are the point.
            yield copy(example, Random(seed))  # noqa: S311

    def _kinds_of_copies(self, example: LabelledWords, intent: str) -> list[_Copy]:
        kinds: list[_Copy] = []
        if any(kind in _EXCHANGED for *_, kind in example.spans()):
            kinds.append(self._exchanged)
        if _script(example.words) == "khmer":
            kinds += [
                partial(_romanised, spelling=1), mistyped, _mistyped_romanised,
                torn, partial(_romanised, spelling=2), _romanised_without_vowels,
            ]  # fmt: skip
        else:
            kinds += [shortened, mistyped, glued, without_vowels]
        if intent in KEEPS_MEANING_AFTER_GREETING:
            kinds += [_addressed, _wordy]
        return kinds

    def _exchanged(self, example: LabelledWords, random: Random) -> LabelledWords:
        spans = [span for span in example.spans() if span[2] in _EXCHANGED]
        words, labels = list(example.words), list(example.labels)
        for start, end, kind in reversed(spans):
            name = random.choice(self._names[kind, _script(example.words[start:end])])
            words[start:end] = name
            labels[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (len(name) - 1)]
        return LabelledWords(tuple(words), tuple(labels))


def _addressed(example: LabelledWords, random: Random) -> LabelledWords:
    """With a greeting before it or a particle of politeness behind it."""
    script = _script(example.words)
    if random.random() < 0.5:
        added = random.choice(_GREETINGS[script])
        return LabelledWords((*added, *example.words), (*["O"] * len(added), *example.labels))
    added = random.choice(_PARTICLES[script])
    return LabelledWords((*example.words, *added), (*example.labels, *["O"] * len(added)))


def _wordy(example: LabelledWords, random: Random) -> LabelledWords:
    """With an opening, a closing or both around what is wanted."""
    script = _script(example.words)
    opening = random.choice(_OPENINGS[script]) if random.random() < 0.7 else ()
    closing = random.choice(_CLOSINGS[script]) if not opening or random.random() < 0.4 else ()
    return LabelledWords(
        (*opening, *example.words, *closing),
        (*["O"] * len(opening), *example.labels, *["O"] * len(closing)),
    )


def _mistyped_romanised(example: LabelledWords, random: Random) -> LabelledWords:
    return mistyped(_romanised(example, random, spelling=1), random)


def _romanised_without_vowels(example: LabelledWords, random: Random) -> LabelledWords:
    return without_vowels(_romanised(example, random, spelling=2), random)


def _romanised(example: LabelledWords, _: Random, spelling: int) -> LabelledWords:
    """As somebody without a Khmer keyboard would type it; a word may become several."""
    words: list[str] = []
    labels: list[str] = []
    runs = [(start, end, kind) for start, end, kind in example.spans()]
    position = 0
    while position < len(example.words):
        run = next((run for run in runs if run[0] == position), None)
        if run:
            end, kind = run[1], run[2]
        else:
            end = next((start for start, _, _ in runs if start > position), len(example.words))
            kind = ""
        spelt = _romanise(" ".join(example.words[position:end]), spelling).split()
        words += spelt
        labels += [
            f"{'I' if place else 'B'}-{kind}" if kind else "O" for place in range(len(spelt))
        ]
        position = end
    return LabelledWords(tuple(words), tuple(labels))


def _script(words: Iterable[str]) -> str:
    return "khmer" if any(_KHMER.search(word) for word in words) else "latin"
