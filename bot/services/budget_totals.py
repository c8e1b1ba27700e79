"""The parts of a budget: which line is a part of which, and what a total is when none is given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

TOTAL = ""
_CHAPTER_DIGITS, _ACCOUNT_DIGITS = 2, 4


def whole_of(code: str, codes: Collection[str]) -> str | None:
    """What a line is a part of; None for the total itself.

    A sub-account is a part of its account if that is a line, else of its chapter, as accounts are;
    a chapter is a part of the total.
    """
    if code == TOTAL:
        return None
    if len(code) <= _CHAPTER_DIGITS:
        return TOTAL
    account = code[:_ACCOUNT_DIGITS]
    if len(code) > _ACCOUNT_DIGITS and account in codes:
        return account
    return code[:_CHAPTER_DIGITS]


def parts_by_whole(codes: Iterable[str]) -> dict[str, list[str]]:
    """The parts of each line, in order; chapters are there even where only accounts were given."""
    known = set(codes)
    known |= {code[:_CHAPTER_DIGITS] for code in known if code != TOTAL}
    parts: dict[str, list[str]] = {}
    for code in sorted(known):
        whole = whole_of(code, known)
        if whole is not None:
            parts.setdefault(whole, []).append(code)
    return parts


def sum_of_known(amounts: Sequence[int | None]) -> int | None:
    """The sum, or None where one of them is not known: a sum without it would be too small."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if amounts and len(known) == len(amounts) else None


def amount_of(
    code: str, given: Mapping[str, int | None], parts: Mapping[str, Sequence[str]]
) -> int | None:
    """What was given for a line, else the sum of its parts, else None."""
    amount = given.get(code)
    if amount is not None:
        return amount
    return sum_of_known([amount_of(part, given, parts) for part in parts.get(code, ())])
