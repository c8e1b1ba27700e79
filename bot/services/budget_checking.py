"""Check that the totals of a budget file are those of their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.services.budget_reading import AMOUNTS, Reading, ReadLine
from bot.services.budget_totals import TOTAL, amount_of, parts_by_whole
from bot.services.table_reading import Problem


def check_totals(reading: Reading) -> Iterator[Problem]:
    """What does not add up, and lines that hold no amount.

    A total that cannot be checked, because a part of it is not known or was not understood, must
    not be smaller than the parts that are known.
    """
    for side, lines in reading.sides.items():
        parts = parts_by_whole(lines)
        for code, line in lines.items():
            yield from _missing(line, bool(parts.get(code)))
        if side not in reading.incomplete:
            for column in AMOUNTS:
                yield from _wrong_totals(lines, parts, column)


def _missing(line: ReadLine, has_parts: bool) -> Iterator[Problem]:
    if has_parts or line.unreadable or any(v is not None for v in line.amounts.values()):
        return
    reason = "has no amount; give planned, revised or actual, or leave the row out"
    yield Problem(line.sheet, line.line, "planned", reason)


def _wrong_totals(
    lines: Mapping[str, ReadLine], parts: Mapping[str, list[str]], column: str
) -> Iterator[Problem]:
    if any(column in line.unreadable for line in lines.values()):
        return
    given = {code: line.amounts[column] for code, line in lines.items()}
    for code, line in lines.items():
        total = given[code]
        amounts = [amount_of(part, given, parts) for part in parts.get(code, ())]
        known = [amount for amount in amounts if amount is not None]
        if total is None or not known:
            continue
        complete = len(known) == len(amounts)
        if sum(known) > total or (complete and sum(known) != total):
            yield Problem(line.sheet, line.line, column, _reason(code, total, sum(known), amounts))


def _reason(code: str, total: int, added: int, amounts: list[int | None]) -> str:
    what = "chapters" if code == TOTAL else "accounts"
    of = "the total" if code == TOTAL else code
    if None in amounts:
        return f"of {of} is {total:,}, less than the {added:,} of the {what} that are known"
    return f"of {of} is {total:,}, but its {len(amounts)} {what} add up to {added:,}"
