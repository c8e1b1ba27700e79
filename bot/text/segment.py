"""Words of text in which Khmer is written without spaces."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from threading import Lock

import khmercut
import regex

_INVISIBLE = "\u200b\u200c\u200d\u17b4\u17b5"
# Scripts are taken apart first: khmercut glues digits to the unit behind them.
_RUN = regex.compile(
    rf"(?P<khmer>[\u1780-\u17B3](?:[\u1780-\u17D3\u17D7\u17DC\u17DD]|[{_INVISIBLE}](?=\p{{Khmer}}))*)"
    r"|(?P<digits>[0-9០-៩]+(?:[.,][0-9០-៩]+)*)"
    r"|(?P<latin>\p{Latin}[\p{Latin}\p{M}]*(?:['’]\p{Latin}+)*)"
    rf"|(?P<other>[^\W\d_][\p{{L}}\p{{M}}--\p{{Latin}}--\p{{Khmer}}]*|(?![\s{_INVISIBLE}])\X)",
    regex.VERSION1,
)
_REPETITION = "ៗ"
# The tagger inside khmercut is one object for the whole process and keeps state while it tags.
_tagging = Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands: `text == given[start:end]`."""

    text: str
    start: int
    end: int


def segment(text: str) -> list[Word]:
    """Words, numbers and punctuation marks of `text` in order; white space belongs to none."""
    words: list[Word] = []
    for run in _RUN.finditer(text):
        if run.lastgroup == "khmer":
            words.extend(_khmer_words(text, run.start(), run.group()))
        else:
            words.append(Word(run.group(), run.start(), run.end()))
    return words


def _khmer_words(text: str, start: int, run: str) -> list[Word]:
    # Zero-width spaces are no word boundaries: phones put them anywhere.
    visible = [i for i, character in enumerate(run) if character not in _INVISIBLE]
    words = []
    begin = 0
    for end in _word_ends("".join(run[i] for i in visible)):
        first, last = start + visible[begin], start + visible[end - 1] + 1
        words.append(Word(text[first:last], first, last))
        begin = end
    return words


@lru_cache(maxsize=2048)
def _word_ends(run: str) -> tuple[int, ...]:
    with _tagging:
        pieces: list[str] = khmercut.tokenize(run)
    words: list[str] = []
    for piece in pieces:
        if words and piece.startswith(_REPETITION):
            words[-1] += piece
        else:
            words.append(piece)
    return tuple(accumulate(map(len, words)))
