"""What the intent classifier sees of a message."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from bot.nlu.place_names import find_places
from bot.nlu.sounds import sound_of

if TYPE_CHECKING:
    # Not for the processes that read the views side by side: it takes them three seconds.
    from rasa.nlu.tokenizers.tokenizer import Token

_DIGIT = re.compile(r"[0-9]")
_PLACE = "<place>"
_BEGIN, _END = "^", "$"
_LONGEST_COUNTED = 9
_FURTHEST_APART = 4


def readable_words(words: Sequence[str]) -> str:
    """Normalised words with single spaces, a place as `<place>` and of a number only its length.

    Which ticket or which district it is says nothing about the intent. Left in, the names would
    teach that whatever is unknown is the bare answer to a question.
    """
    kept = list(words)
    for place in reversed(find_places(tuple(words))):
        if place.certain:
            kept[place.start : place.end] = [_PLACE]
    return _DIGIT.sub("0", " ".join(kept))


def words_of_tokens(tokens: Sequence[Token]) -> str:
    """What a classifier reads of a message's tokens."""
    return readable_words([token.lemma for token in tokens])


def feature_views() -> FeatureUnion:
    """TF-IDF of words, of characters within words, of the sounds of both, and of words apart.

    Sounds are what Khmer script and its many spellings in Latin letters have in common: they raise
    the accuracy on romanised messages of another author by five points (docs/understanding.md).
    Each view is fitted in a process of its own. What occurs once teaches nothing, nor do longer
    runs of characters.
    """
    return FeatureUnion(
        [
            ("words", _tfidf(tokenizer=_words, ngram_range=(1, 2))),
            ("characters", _tfidf(analyzer="char_wb", ngram_range=(2, 3))),
            ("sounds", _tfidf(tokenizer=_sounds, ngram_range=(1, 2))),
            (
                "characters of sounds",
                _tfidf(analyzer="char", preprocessor=_joined_sounds, ngram_range=(2, 4)),
            ),
            ("sounds apart", _tfidf(analyzer=_sounds_apart)),
        ],
        n_jobs=-1,
    )


def terms_by_view(text: str) -> tuple[list[str], ...]:
    """The terms that each of the views sees in a text."""
    return tuple(terms_of(text) for terms_of in _analyzers())


@cache
def _analyzers() -> tuple[Callable[[str], list[str]], ...]:
    return tuple(view.build_analyzer() for _, view in feature_views().transformer_list)


def _tfidf(**options: object) -> TfidfVectorizer:
    if "tokenizer" in options:
        options["token_pattern"] = None
    return TfidfVectorizer(lowercase=False, sublinear_tf=True, min_df=2, **options)


def _words(text: str) -> list[str]:
    """Words between marks for the edges, and how many there are."""
    words = text.split()
    return [_BEGIN, *words, _END, f"{min(len(words), _LONGEST_COUNTED)} words"]


def _sounds(text: str) -> list[str]:
    return [_BEGIN, *map(sound_of, text.split()), _END]


def _sounds_apart(text: str) -> list[str]:
    """Pairs of words with one to three others between them: "can … brother"."""
    sounds = _sounds(text)
    return [
        f"{sound} {later}"
        for place, sound in enumerate(sounds)
        for later in sounds[place + 2 : place + _FURTHEST_APART + 1]
    ]


def _joined_sounds(text: str) -> str:
    return _BEGIN + "".join(map(sound_of, text.split())) + _END
