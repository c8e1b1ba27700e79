"""Where one message may fall into several: a greeting before a question, two questions in a row."""

from __future__ import annotations

import re

Span = tuple[int, int]

_GREETINGS = (
    r"(?:hello+|hi+|hey+|good (?:morning|afternoon|evening)|"
    r"(?:chom|jom|jum|chum)r?(?:ea|ie|ir)b? ?(?:sour|suor|sur|sua)|"
    r"(?:suos|sus|soursd|su[ao]s) ?(?:dey|dei|day|tey)|(?:arun|arunsuo) ?(?:suosdey)?)\b"
    r"|(?:សូម)?(?:ជម្រាបសួរ|ជំរាបសួរ|ជម្រាប|សួស្តី|សួស្ដី|អរុណសួស្តី|អរុណសួស្ដី|ទិវាសួស្តី|សាយ័ណ្ហសួស្តី)"
)
_ADDRESSED = (
    r"(?:\s*(?:បង|លោក|អ្នកនាង|ពូ|មីង|ប្អូន|ច្រក|អេដមីន|បងៗ"
    r"|\b(?:bong|sir|madam|admin|bro|there|chrok|all)\b))*"
)
_GREETING = re.compile(rf"\s*(?:{_GREETINGS}){_ADDRESSED}[\s,.!:៖។\u200b]*", re.IGNORECASE)
_THANKS = re.compile(
    r"[\s,.!?។]+(?:(?:many )?thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|"
    r"(?:or|ar|au)r?kun(?: ch?ro?[ae]u?n)?|(?:សូម)?អរគុណ(?:ច្រើន)?)(?:\s*(?:បង|bong))?[\s.!។]*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"[?!;។៕\n]+\s*|\.+(?:\s+|$)"
    r"|\s*,\s*(?:(?:and|but|also|then|so|plus|or)\b\s*)?"
    r"|\s+(?:and|but|also|then|plus|as well as)\b\s*"
    r"|\s+(?:haey|hey|hery|haeuy|nung|ning|neng)\s+"
    r"|\s*(?:ហើយនិង|ហើយនឹង|ព្រមទាំង|ម្យ៉ាងទៀត|ហើយ|និង)\s*"
    r"|(?<=[\s\u200b])ចុះ(?!បញ្ជី|ឈ្មោះ|ហត្ថ|ផ្សាយ)\s*"
    r"|\s+-\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_MOST = 6


def clauses(text: str) -> list[Span]:
    """Spans of the message that may be messages of their own; one span where it is only one.

    The cuts are candidates: «និង» joins two documents as well as two questions, so whoever uses them
    looks at what each part means.
    """
    spans: list[Span] = []
    greeting = _GREETING.match(text)
    start = greeting.end() if greeting and _WORD.search(text[greeting.end() :]) else 0
    if start:
        spans.append((0, len(text[:start].rstrip())))
    thanks = _THANKS.search(text, start)
    end = thanks.start() if thanks and _WORD.search(text[start : thanks.start()]) else len(text)
    for between in _BETWEEN.finditer(text, start, end):
        if _WORD.search(text[start : between.start()]):
            spans.append((start, between.start()))
            start = between.end()
    if _WORD.search(text[start:end]):
        spans.append((start, end))
    if end < len(text):
        spans.append((end, len(text)))
    return spans if len(spans) <= _MOST else [(0, len(text))]
