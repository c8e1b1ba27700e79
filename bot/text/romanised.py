"""Khmer in Latin letters as it is typed in chat, and a key that its spellings share."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise
from bot.text.segment import segment
from bot.text.syllables import sounds

_SPELLINGS = Path(__file__).parent / "resources" / "chat_spellings.txt"
_KHMER_LETTER = re.compile(r"[\u1780-\u17B3]")
_REPETITION = "ៗ"
_LONGEST_PHRASE = 5
_GENERATED = 12


def romanise(khmer_text: str, seed: int = 0) -> str:
    """`khmer_text` as somebody without a Khmer keyboard would type it.

    Seed 0 takes the commonest spelling of every word; any other seed varies them, always the
    same way for the same seed. What is not Khmer stays, with Latin digits.
    """
    words = [word.text for word in segment(normalise(khmer_text))]
    spelt = []
    position = 0
    while position < len(words):
        length = _phrase_length(words, position)
        spelt.append(_spell("".join(words[position : position + length]), seed))
        position += length
    return re.sub(r"\s+(?=[.,?!។:;)])", "", " ".join(filter(None, spelt)))


def variants(khmer_word: str) -> tuple[str, ...]:
    """Spellings of a word, those seen in chat first, then those made by rule."""
    word = normalise(khmer_word)
    generated = (_by_rule(word, seed) for seed in range(_GENERATED))
    whole = (romanise(word, seed) for seed in range(_GENERATED // 2))
    spellings = dict.fromkeys([*chat_spellings().get(word, ()), *whole, *generated])
    return tuple(spelling for spelling in spellings if spelling)


@cache
def chat_spellings() -> dict[str, tuple[str, ...]]:
    """Latin spellings of everyday Khmer words, from the resource file."""
    entries = {}
    for line in _SPELLINGS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, spellings = line.partition(":")
            entries[normalise(word)] = tuple(part.strip() for part in spellings.split(","))
    return entries


def _phrase_length(words: list[str], position: int) -> int:
    for length in range(min(_LONGEST_PHRASE, len(words) - position), 1, -1):
        if "".join(words[position : position + length]) in chat_spellings():
            return length
    return 1


def _spell(word: str, seed: int) -> str:
    if not _KHMER_LETTER.match(word):
        return to_latin_digits(word)
    if word.endswith(_REPETITION):
        once = _spell(word.rstrip(_REPETITION), seed)
        return f"{once} {once}"
    known = chat_spellings().get(word)
    if known:
        return _choose(known, seed, word)
    return _by_rule(word, seed)


def _by_rule(word: str, seed: int) -> str:
    chosen = (
        _choose(options, seed, f"{word}{place}") for place, options in enumerate(sounds(word))
    )
    return re.sub(r"(.)\1{2,}", r"\1\1", "".join(chosen))


def _choose(options: tuple[str, ...], seed: int, place: str) -> str:
    """One of `options`: the first for seed 0, else the same one on every machine and run."""
    return options[crc32(f"{seed} {place}".encode()) % len(options) if seed else 0]


_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
# In this order: each rule sees what the one before has left.
_FOLDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^k?h?(?:nh|ny|gn|y)(?=[aeiou])", "Y"),  # knhom, nhom, khyom, nyom
        (r"nh|ny(?=[aeiou])", "n"),
        (r"ng", "G"),
        (r"chh|ch|j", "C"),
        (r"([kgptdbcs])h", r"\1"),
        (r"h[vw]|f", "F"),
        (r"[gqc]", "k"),
        (r"b", "p"),
        (r"d", "t"),
        (r"[zx]", "s"),
        (r"w", "v"),
        (r"([^aeiouy])\1+", r"\1"),
        (r"(?<=[aeiou])r(?=[^aeiouyY]|$)", ""),  # ort, kamnert: a long vowel, no r
        (r"(?<=[aeiou])h$", ""),
        (r"(?:ou|ao|au|[aou]v)$", "W"),  # nov, nou, nao
        (r"(?<=[^aeiouy])v$", "W"),  # nv, trv
        (r"[aeiou]*[aeiou][iy]+(?![aeiou])|y(?![aeiou])|i$|ee$", "I"),  # ey, ai, oy, y
        (r"y", "Y"),
        (r"[aou]*[aou]e[aou]*|e[aou]|e+|i[eo]?", "e"),  # ae, oe, eu, ie
        (r"[aou]+", "a"),
        (r"[ea]*e[ea]*a[ea]*|ea", "e"),
    )
)


def fold(latin_text: str) -> str:
    """Key under which spellings of the same romanised Khmer words collide.

    Word by word, parted by single spaces; a spelling known from chat folds as the commonest
    spelling of its word does.
    """
    return " ".join(_fold_token(token) for token in _tokens(latin_text))


@cache
def _main_spellings() -> dict[str, str]:
    main: dict[str, str] = {}
    for spellings in chat_spellings().values():
        for spelling in spellings:
            if " " not in spelling and len(spelling) > 1:
                main.setdefault(_plain(spelling), spellings[0])
    # A spelling that is the commonest of one word stands for that word.
    main.update({s[0]: s[0] for s in chat_spellings().values() if " " not in s[0]})
    return main


def _tokens(latin_text: str) -> list[str]:
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", latin_text.lower().replace("’", "'"))
        if not unicodedata.combining(character)
    )
    return [_plain(token) for token in _WORD.findall(bare)]


def _plain(token: str) -> str:
    return token.replace("'", "")


@lru_cache(maxsize=8192)
def _fold_token(token: str) -> str:
    return _fold_sounds(_main_spellings().get(token, token))


def _fold_sounds(token: str) -> str:
    for pattern, replacement in _FOLDS:
        token = pattern.sub(replacement, token)
    return token
