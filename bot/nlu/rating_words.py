"""Words by which people say how satisfied they were, in Khmer, English and romanised Khmer."""

from __future__ import annotations

import re
from functools import cache

from bot.text.normalise import normalise

_LATIN_NOT = (
    r"(?:(?:was|is|am|are|do|does|did|could) ?n[o']?t|can'?t|not|nt|never|hardly|cannot"
    r"|no(?= (?:good|happy|like))|(?<!['’])(?<!i )m|ort|ot|min|mn|pum|leng|kmean|dis|un)"
)
_LATIN_MORE = (
    r"(?:very|really|so|quite|completely|totally|too|that|all|at all|say|i'?m|i am|feel|be"
    r"|s[ou]v|dael|men|teang)"
)
_KHMER_NOT = "(?:មិន|ពុំ|លែង|អត់|អត|ឥត|គ្មាន)"
_KHMER_MORE = "(?:សូវ|ទាន់|បាន|មែន|ដែល|អាច|ជា)*"
_KHMER_UNABLE = "(?:មិនបាន|អត់បាន|មិនកើត)"
# A little or half of it is neither the one nor the other.
_LATIN_HALF = r"(?:more or less|somewhat|partly|half|a (?:bit|little)|kind of|sort of)"
_LATIN_HALF_TAIL = (
    r"(?:i (?:guess|suppose)|tech ?t[ou]{1,2}ch|klas|khlah|konlah|kandal|lmom|bangkuor"
    r"|50 ?(?:%|percent))"
)
_KHMER_HALF = "(?:ខ្លះៗ|ខ្លះ|បន្តិច|តិចៗ|តិច|បង្គួរ|ល្មមៗ|ល្មម|មធ្យម|កណ្តាល|ពាក់កណ្តាល|50)"
_KHMER_TAIL = "(?:ណាស់|ខ្លាំង|មែនទែន|ៗ|បំផុត)?"
_LATIN_TAIL = r"(?: nas| nah| te)?"

# What somebody feels is a rating wherever it is said.
_PLEASED = (
    "satisf\\w{1,4}|pleased|happy|glad|grateful|p[ei]?nh? ?(?:ch|j)[ei]tt?|sabay ?(?:ch|j)[ei]tt?"
    "|trek ?or",
    "ពេញចិត្ត|ពេញចិត|ពេនចិត|សប្បាយចិត្ត|រីករាយ|គាប់ចិត្ត|ត្រេកអរ|រំភើប|សុខចិត្ត",
)
_SORRY = (
    "disappointed|dis?satisf\\w{1,4}|unsatisf\\w{1,4}|unhappy|angry|upset|ashamed|fed ?up|disgusted"
    "|frustrated|(?:khok|khoch|on) ?(?:ch|j)[ei]tt?|kho?eng|thunh?",
    "ខកចិត្ត|អន់ចិត្ត|អន់ចិត|តូចចិត្ត|ឈឺចិត្ត|អាក់អន់|អាម៉ាស់|អស់សង្ឃឹម|បាក់ទឹកចិត្ត|ខឹង|ធុញទ្រាន់|ធុញ",
)
_MIDDLING = (
    "acceptable|so[- ]so|average|th?om+ada|lmom(?: lmom)?",
    "ទទួលយកបាន|ទទួលបាន|មធ្យម|ល្មម|គ្រាន់បើ",
)
# What somebody thinks of the service is a rating where a rating was asked for.
_GOOD = (
    "good|great|excellent|perfect|wonderful|amazing|like|love|la?[oa]r",
    "ល្អប្រសើរ|ល្អឥតខ្ចោះ|ល្អ|អស្ចារ្យ|ប្រសើរ",
)
_BAD = ("bad|poor|terrible|awful|horrible|worst|dislike|akr[ou]k|on nas", "អាក្រក់|អន់|ខ្សោយ|យ៉ាប់")
_FAIR = (
    "ok(?:ay)?(?: ok(?:ay)?)?|fine|normal|fair|neutral|medium|moderate",
    "ធម្មតា|ល្អបង្គួរ|គួរសម|អាចទៅរួច|បង្គួរ",
)


def find_rating(text: str, asked: bool) -> tuple[str, int, int] | None:
    """Rating, start and end in the normalised text; `asked` if it may be a bare judgement.

    A negated word of praise is dissatisfaction, a negated word of blame is acceptable.
    """
    for value, pattern in _patterns(asked):
        match = pattern.search(text)
        if match:
            return value, match.start(), match.end()
    return None


@cache
def _patterns(asked: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    pleased, sorry, middling = _PLEASED, _SORRY, _MIDDLING
    if asked:
        pleased, sorry, middling = (
            _joined(_PLEASED, _GOOD), _joined(_SORRY, _BAD), _joined(_FAIR, _MIDDLING)
        )  # fmt: skip
    return (
        ("acceptable", _negated_twice(pleased)),
        ("acceptable", _negated(sorry)),
        ("dissatisfied", _negated(_MIDDLING)),
        ("dissatisfied", _negated(pleased)),
        ("acceptable", _by_half(pleased)),
        ("acceptable", _plain(middling)),
        ("dissatisfied", _plain(sorry)),
        ("satisfied", _plain(pleased)),
    )


def _joined(one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
    return f"{one[0]}|{other[0]}", f"{one[1]}|{other[1]}"


def _negated(words: tuple[str, str]) -> re.Pattern[str]:
    latin = rf"\b{_LATIN_NOT}(?: {_LATIN_MORE})* ?(?:{words[0]})\b{_LATIN_TAIL}"
    mixed = rf"{_KHMER_NOT}{_KHMER_MORE} ?(?:{_LATIN_MORE} )*(?:{words[0]})\b"
    khmer = f"{_KHMER_NOT}{_KHMER_MORE} ?(?:{words[1]}){_KHMER_TAIL}|(?:{words[1]}){_KHMER_UNABLE}"
    return re.compile(f"{latin}|{normalise(mixed)}|{normalise(khmer)}")


def _negated_twice(words: tuple[str, str]) -> re.Pattern[str]:
    latin = rf"\b(?:not|never) (?:{_LATIN_NOT}) ?(?:{words[0]})\b"
    khmer = f"{_KHMER_NOT}មែន{_KHMER_NOT}{_KHMER_MORE}(?:{words[1]})"
    return re.compile(f"{latin}|{normalise(khmer)}")


def _by_half(words: tuple[str, str]) -> re.Pattern[str]:
    before = rf"\b{_LATIN_HALF} (?:{words[0]})\b"
    behind = rf"\b(?:{words[0]}),? (?:tae )?{_LATIN_HALF_TAIL}"
    return re.compile(
        f"{before}|{behind}|(?:{normalise(words[1])})(?:ដែរ)?(?:តែ)?{normalise(_KHMER_HALF)}"
    )


def _plain(words: tuple[str, str]) -> re.Pattern[str]:
    latin = rf"\b(?:{_LATIN_MORE} )*(?:{words[0]})\b{_LATIN_TAIL}"
    return re.compile(f"{latin}|(?:{normalise(words[1])}){normalise(_KHMER_TAIL)}")
