"""References such as `FB-K7W-429M` that citizens read, say and type."""

from __future__ import annotations

import secrets

import regex

from bot.text.digits import to_latin_digits

# Characters that neither look nor sound like one another, in Khmer or in English, as Crockford's
# base 32 leaves out I, L, O and U (https://www.crockford.com/base32.html). Their number is a prime,
# so that the weighted sum below finds every single wrong character and every swap of neighbours
# (ISO/IEC 7064 rests on the same property).
ALPHABET = "23456789AFHKMRWXY"
_LOOKALIKES = str.maketrans({"Z": "2", "S": "5", "G": "6", "B": "8", "N": "M", "E": "F"})
_RANDOM_CHARACTERS = 6
_LENGTH = _RANDOM_CHARACTERS + 1
_WRITTEN = regex.compile(
    r"(?<![A-Za-z0-9])F\s?B\s?[-–—:#.\s]?\s?((?:[0-9A-Za-z][-–—.\s]?){5,8}[0-9A-Za-z]?)(?![A-Za-z0-9])",
    regex.IGNORECASE,
)


def new_reference() -> str:
    """A random reference; one in some 24 million, its last character checks the others."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM_CHARACTERS))
    return written(characters + check_character(characters))


def check_character(characters: str) -> str:
    """The character that makes the weighted sum of all a multiple of the alphabet's length."""
    total = sum(
        weight * ALPHABET.index(character) for weight, character in enumerate(characters, start=2)
    )
    return ALPHABET[-total % len(ALPHABET)]


def is_valid(reference: str) -> bool:
    """Whether a reference, as `written` writes it, passes its own check."""
    characters = reference.removeprefix("FB-").replace("-", "")
    if len(characters) != _LENGTH or any(c not in ALPHABET for c in characters):
        return False
    return check_character(characters[:-1]) == characters[-1]


def written(characters: str) -> str:
    """Seven characters as people see them: FB-K7W-429M."""
    return f"FB-{characters[:3]}-{characters[3:]}"


def references_in(text: str) -> list[str]:
    """The references that a text names, as `written` writes them, right or wrong, each once.

    Khmer digits, small letters, spaces for hyphens and letters that look alike are read as meant.
    """
    found: dict[str, None] = {}
    for match in _WRITTEN.finditer(to_latin_digits(text)):
        given = regex.sub(r"[^0-9A-Za-z]", "", match[1]).upper()[:_LENGTH]
        if any(character.isdigit() for character in given) or match[0][2:3] in "-–—:#.":
            found[written(given.translate(_LOOKALIKES))] = None
    return list(found)
