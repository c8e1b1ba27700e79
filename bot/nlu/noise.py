"""Mistakes as people make them on a phone: letters, spaces, shorthand."""

from __future__ import annotations

from random import Random

from bot.nlu.labelled_words import LabelledWords
from bot.text.clusters import clusters

# Letters beside each other on a phone's keyboard.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    letter: "".join(row[place + step] for step in (-1, 1) if 0 <= place + step < len(row))
    for row in _ROWS
    for place, letter in enumerate(row)
}
# Khmer letters and signs that are typed for one another: they sound or look alike, or share a key.
_CONFUSED = (
    "ិីឹឺ", "ុូួ", "េែៃ", "ោៅ", "ើឿៀ", "នណ", "តដទ", "កគ", "ខឃ", "បព", "ពភ", "ថធឋ", "ចជ", "ឆឈ",
    "សហ", "លឡ", "ញន", "រល", "ឲអ", "ឱឲ", "ះៈ", "ំះ",
)  # fmt: skip
_TYPED_FOR = {letter: group.replace(letter, "") for group in _CONFUSED for letter in group}
_DROPPED_SIGNS = frozenset("់៍៉៊័ះៈ៌")
_COENG = "\u17d2"
_VOWELS = frozenset("aeiou")
# English as in text messages.
_SHORTHAND = {
    "you": "u", "are": "r", "your": "ur", "please": "plz", "thanks": "thx", "to": "2", "for": "4",
    "what": "wat", "how": "hw", "when": "wen", "where": "wer", "need": "nid", "want": "wnt",
    "the": "da", "this": "dis", "that": "dat", "with": "wit", "today": "2day", "tomorrow": "tmr",
    "because": "cuz", "before": "b4", "people": "ppl", "message": "msg", "messages": "msgs",
    "license": "licens", "licence": "licens", "certificate": "cert", "documents": "docs",
    "document": "doc", "much": "mch", "and": "n", "can": "cn", "have": "hav", "is": "iz",
    "my": "mi", "about": "abt", "service": "servis", "services": "servises", "know": "knw",
    "phone": "fone", "number": "num", "office": "ofis", "why": "y", "see": "c", "be": "b",
}  # fmt: skip


def mistyped(example: LabelledWords, random: Random) -> LabelledWords:
    """A copy with one or two mistyped words, or the same if none can be."""
    words = list(example.words)
    places = [
        place
        for place, word in enumerate(words)
        if (len(word) > 2 and word.isalpha()) or len(clusters(word)) > 1
    ]
    for place in random.sample(places, min(len(places), 1 + (len(places) > 5))):
        words[place] = _mistype(words[place], random)
    return LabelledWords(tuple(words), example.labels)


def torn(example: LabelledWords, random: Random) -> LabelledWords:
    """A copy with a space in the middle of a word."""
    places = [place for place, word in enumerate(example.words) if len(clusters(word)) > 1]
    if not places:
        return example
    place = random.choice(places)
    pieces = clusters(example.words[place])
    cut = random.randrange(1, len(pieces))
    label = example.labels[place]
    following = f"I-{label[2:]}" if label[1:2] == "-" else label
    return LabelledWords(
        (
            *example.words[:place],
            "".join(pieces[:cut]),
            "".join(pieces[cut:]),
            *example.words[place + 1 :],
        ),
        (*example.labels[:place], label, following, *example.labels[place + 1 :]),
    )


def glued(example: LabelledWords, random: Random) -> LabelledWords:
    """A copy with two words of Latin letters written as one."""
    places = [
        place
        for place in range(len(example.words) - 1)
        if all(word.isascii() and word.isalpha() for word in example.words[place : place + 2])
        and example.labels[place][2:] == example.labels[place + 1][2:]
    ]
    if not places:
        return example
    place = random.choice(places)
    joined = example.words[place] + example.words[place + 1]
    return LabelledWords(
        (*example.words[:place], joined, *example.words[place + 2 :]),
        (*example.labels[: place + 1], *example.labels[place + 2 :]),
    )


def shortened(example: LabelledWords, random: Random) -> LabelledWords:
    """A copy in the shorthand of text messages."""
    words = []
    for word in example.words:
        if word in _SHORTHAND and random.random() < 0.7:
            words.append(_SHORTHAND[word])
        elif word.isascii() and word.isalpha() and len(word) > 4 and random.random() < 0.3:
            inner = "".join(letter for letter in word[1:] if letter not in _VOWELS)
            words.append(word[0] + inner)
        else:
            words.append(word)
    return LabelledWords(tuple(words), example.labels)


def without_vowels(example: LabelledWords, random: Random) -> LabelledWords:
    """A copy as it is typed to save letters: most words have lost the vowels inside them."""
    words = []
    for word in example.words:
        if word.isascii() and word.isalpha() and len(word) > 3 and random.random() < 0.6:
            inner = (
                letter for letter in word[1:-1] if letter not in _VOWELS or random.random() < 0.15
            )
            word = word[0] + "".join(inner) + word[-1]
        words.append(word)
    return LabelledWords(tuple(words), example.labels)


def _mistype(word: str, random: Random) -> str:
    return _mistype_latin(word, random) if word.isascii() else _mistype_khmer(word, random)


def _mistype_latin(word: str, random: Random) -> str:
    place = random.randrange(len(word))
    kind = random.randrange(5)
    if kind == 0 and word[place] in _NEIGHBOURS:
        return word[:place] + random.choice(_NEIGHBOURS[word[place]]) + word[place + 1 :]
    if kind == 1 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 2:
        return word[: place + 1] + word[place:]
    vowels = [at for at, letter in enumerate(word) if at and letter in _VOWELS]
    drop = random.choice(vowels) if kind == 3 and vowels else place
    return word[:drop] + word[drop + 1 :]


def _mistype_khmer(word: str, random: Random) -> str:
    changes = [place for place, letter in enumerate(word) if letter in _TYPED_FOR]
    drops = [place for place, letter in enumerate(word) if letter in _DROPPED_SIGNS]
    subscripts = [place for place, letter in enumerate(word[:-1]) if letter == _COENG]
    options = [*(("change", place) for place in changes), *(("drop", place) for place in drops)]
    options += [("drop subscript", place) for place in subscripts]
    if not options:
        return word
    kind, place = random.choice(options)
    if kind == "change":
        return word[:place] + random.choice(_TYPED_FOR[word[place]]) + word[place + 1 :]
    return word[:place] + word[place + (2 if kind == "drop subscript" else 1) :]
