"""What a message says about tickets: a code, digits of a phone, a wish to be told or left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.db.models.tickets import PHONE_DIGITS, TICKET_CODE_DIGITS
from bot.text.digits import to_meant_digits
from bot.text.normalise import normalise

Wish = Literal["", "follow", "unfollow", "list", "other"]

_BETWEEN = r"[ \-./\u200b\u00a0]?"
_CODE = re.compile(rf"(?<!\d)\d(?:{_BETWEEN}\d){{{TICKET_CODE_DIGITS - 1}}}(?!\d)")
_NUMBER = re.compile(rf"\d(?:{_BETWEEN}\d)*")
# Fewer digits are an amount, a year or the end of a phone number; more are no attempt at a code.
_FEWEST_OF_A_CODE, _MOST_OF_A_CODE = 9, 16
# 0xx xxx xxx(x) at home, 855… from abroad: somebody who gives the whole number.
_WHOLE_PHONE = re.compile(r"(?:0\d{8,9}|(?:00)?855\d{8,9})")
_SPACES = re.compile(r"[\s\u200b]+")

_WISHES: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    (
        "unfollow",
        re.compile(
            r"\bunfollow"
            r"|\b(stop|don'?t|do not|no longer|never) (tell|notify|inform|following|follow)"
            r"|(ឈប់|កុំ|លែង)(ជូន|ឱ្យ|ឲ្យ)?(ប្រាប់|ដំណឹង|តាមដាន|ផ្ញើដំណឹង)"
            r"|\b(chhub|chhop|kom|kum|leng) (brab|prab|tam ?dan)"
        ),
    ),
    (
        "list",
        re.compile(
            r"\b(what|which)\b.*\bfollow|\btickets? (that )?i (am )?follow|\bmy followed"
            r"|\b(list|show)\b.*\b(tickets|follow)|\ball my tickets|^my tickets$"
            r"|(សំបុត្រ|អ្វី|ណា)(ដែល)?(ខ្ញុំ)?(កំពុង)?តាមដាន|តាមដាន(អ្វី|ណា|សំបុត្រណា)(ខ្លះ)?"
            r"|បញ្ជី(សំបុត្រ|តាមដាន)|សំបុត្រ(របស់)?ខ្ញុំ(ទាំងអស់|មានអ្វីខ្លះ)"
            r"|\btam ?dan (avey|ey|a vey|na) (khlas|klas)"
        ),
    ),
    (
        "follow",
        re.compile(
            r"\b(tell|notify|inform|message|text|alert|let)\b.*\b(when|once|if|as soon)\b"
            r"|\b(notify|remind|alert) me|\bkeep me (posted|informed|updated)"
            r"|^follow (it|this|that)"
            r"|(ប្រាប់|ជូនដំណឹង|ឱ្យដំណឹង|ឲ្យដំណឹង|ផ្ញើសារ)(មក|ដល់)?(ខ្ញុំ|យើង)?(ផង|វិញ)?"
            r"(ពេល|នៅពេល|បើ|កាលណា|កាល|ពេលណា)"
            r"|(ពេល|បើ|កាលណា)(វា|ឯកសារ|សំបុត្រ)?(រួច|ហើយ|បាន|ចេញ)\S*(ប្រាប់|ជូនដំណឹង|ផ្ញើសារ)"
            r"|(រួច|ហើយ|បាន)(ពេលណា|កាលណា)\S*(ប្រាប់|ជូនដំណឹង)|ជូនដំណឹង(មក)?ខ្ញុំ"
            r"|\b(brab|prab) (knhom|khnhom|kyom|nhom|knyom).*\b(pel|bae|ber|kal)\b"
            r"|\bpel (na )?(ruoch|rouch|hery|ban)\b.*\b(brab|prab)"
            r"|\b(ruoch|rouch|hery|ban) pel\b.*\b(brab|prab)"
        ),
    ),
    (
        "other",
        re.compile(
            r"\b(another|other|different|second) (ticket|code|paper|one)"
            r"|សំបុត្រ(មួយ)?(ផ្សេង|ទៀត)|លេខ(មួយ)?(ផ្សេង|ទៀត)"
        ),
    ),
)
_LOST = re.compile(
    r"\b(lost|forgot|forgotten|missing|don'?t have|do not have|don'?t know|do not know|no)\b"
    r".*\b(code|number|receipt|ticket|it)\b|^(i )?(lost|forgot)|^no code"
    r"|(បាត់|ភ្លេច|អត់មាន|មិនមាន|គ្មាន|មិនស្គាល់|មិនចាំ|អត់ចាំ|មិនដឹង|អត់ដឹង)(លេខ|បង្កាន់ដៃ|សំបុត្រ|កូដ|ទេ|ហើយ)?"
    r"|\b(bat|phlech|plech|ot mean|ot cham|ot deng)\b"
)


@dataclass(frozen=True)
class TicketWords:
    """A message as far as tickets go.

    `code` has 12 digits or is empty; `almost_code` counts the digits of what was meant for one.
    `digits` are the last three of a phone; `other_digits` counts those of a number that is neither.
    """

    code: str = ""
    almost_code: int = 0
    digits: str = ""
    other_digits: int = 0
    wish: Wish = ""
    is_lost: bool = False


def read_words(text: str) -> TicketWords:
    """Read a message in Khmer, English or romanised Khmer, with either digits."""
    latin = to_meant_digits(normalise(text))
    code = _code_in(latin)
    rest = _CODE.sub(" ", latin, count=1) if code else latin
    numbers = [re.sub(r"\D", "", number) for number in _NUMBER.findall(rest)]
    digits = next(filter(None, map(_phone_digits, numbers)), "")
    almost = [number for number in numbers if _FEWEST_OF_A_CODE <= len(number) <= _MOST_OF_A_CODE]
    words = _SPACES.sub(" ", latin.lower()).strip()
    return TicketWords(
        code=code,
        almost_code=len(almost[0]) if almost and not code else 0,
        digits=digits,
        other_digits=len(numbers[0]) if numbers and not digits and not code else 0,
        wish=_wish(words),
        is_lost=bool(_LOST.search(words)),
    )


def _code_in(latin: str) -> str:
    found = _CODE.search(latin)
    code = re.sub(r"\D", "", found[0]) if found else ""
    # +855 97 000 0567 has twelve digits too; no province has the number 85.
    return "" if code.startswith("855") else code


def _phone_digits(number: str) -> str:
    if len(number) == PHONE_DIGITS or _WHOLE_PHONE.fullmatch(number):
        return number[-PHONE_DIGITS:]
    return ""


def _wish(words: str) -> Wish:
    together = words.replace(" ", "")
    for wish, pattern in _WISHES:
        # Khmer is written without spaces, or with some anywhere.
        if pattern.search(words) or pattern.search(together):
            return wish
    return ""
