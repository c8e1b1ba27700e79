"""Messages that take back what was said before: "no, Poipet", «ទេ ប៉ោយប៉ែត», "I meant car"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.services.dialogue import Heard

# Longer than this, a message that begins with "no" tells something instead of naming it anew.
_LONGEST = 60
_SAYS_NO = (
    r"(?:no+|nope|nah|wrong|sorry|oops|wait|actually|not (?:that|this)(?: one)?|my mistake|"
    r"(?:ot|ort|min) ?(?:men|te|trov) ?(?:te)?|te|khos(?: h[ae]+y)?|chralom|somtos|"
    r"អត់មែនទេ|មិនមែនទេ|មិនមែន|អត់ទេ|អត់|ទេ|ខុសហើយ|ខុស|ច្រឡំហើយ|ច្រឡំ|ច្រលំ|សូមទោស|សុំទោស|អូ)"
)
_MEANS = (
    r"(?:i (?:meant?|mean to say|said|wanted)|make (?:it|that)|change (?:it )?to|rather|"
    r"it(?: i|')s|should be|instead|knhom (?:chong )?(?:niyeay|mean)(?: tha)?|kue|kɨɨ|doch tov|"
    r"(?:ខ្ញុំ)?ចង់(?:និយាយ|មានន័យ|សរសេរ)(?:ថា|ពី|អំពី)?|ខ្ញុំចង់ថា|ខ្ញុំថា|គឺ(?:ជា)?|ប្ដូរទៅ|ប្តូរទៅ|កែទៅ(?:ជា)?|កែជា)"
)
_GAP = r"[\s,.:;!។\u200b-]"
_NO_THEN = re.compile(
    rf"\s*(?:{_SAYS_NO}{_GAP}+)+(?:{_MEANS}{_GAP}*)?(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_MEANT = re.compile(
    rf"\s*(?:{_SAYS_NO}{_GAP}*)?{_MEANS}{_GAP}*(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_NO_JOINED = re.compile(r"\s*(?:អត់មែនទេ|មិនមែនទេ|អត់ទេ|ទេ)(?P<rest>\S.*)", re.DOTALL)
_NOT_THIS = re.compile(
    r"\s*(?:not\b|មិនមែន|min men\b|ot men\b)\s*(?P<no>[^,;។]+?)(?:\s*(?:ទេ|te))?\s*"
    r"(?:[,;។]|\bbut\b|តែជា|\s(?:គឺ|kue)|(?<=ទេ)\s|(?<=te)\s)\s*(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_THIS_NOT = re.compile(
    r"\s*(?P<rest>[^,;]+?)\s*[,;]?\s+(?:not|min men|ot men)\s+(?P<no>[^,;]+?)(?:\s+te)?\s*[.!]?\s*"
    r"|\s*(?P<rest_km>.+?)\s*(?:មិនមែន|អត់មែន)\s*(?P<no_km>.+?)ទេ\s*។?\s*",
    re.IGNORECASE | re.DOTALL,
)
# "បង" joined to a word may be its end: បាត់ដំបង.
_POLITE_END = re.compile(
    r"(?:[\s,]+(?:please|pls|instead|bong|បង)|[\s,]*(?:វិញ|ផង))?[\s.!។]*$", re.IGNORECASE
)
_NOTHING_NEW = re.compile(
    r"(?:thanks?|thank you|thx|cancel|no+|yes|ok|អរគុណ(?:ច្រើន)?|orkun|arkun|បោះបង់|ទេ|អត់ទេ)\b.*",
    re.IGNORECASE,
)
# An intent that only says no or nothing: what is corrected has to be read from the words.
_WITHOUT_MEANING = frozenset(
    {"", "deny", "affirm", "inform", "greet", "nlu_fallback", "out_of_scope", "thank"}
)


@dataclass(frozen=True)
class Correction:
    """What the citizen now says; `surely` is False where it might be a message like any other."""

    heard: Heard
    surely: bool


def correction_of(heard: Heard) -> Correction | None:
    """The correction in a typed message, or None."""
    text = heard.text
    if not text or len(text) > _LONGEST:
        return None
    for pattern, surely in (
        (_NOT_THIS, True),
        (_THIS_NOT, True),
        (_NO_THEN, _has_comma_or_khmer_space(text)),
        (_MEANT, True),
        (_NO_JOINED, False),
    ):
        found = pattern.fullmatch(text)
        if found:
            groups = found.groupdict()
            rest = groups.get("rest") or groups.get("rest_km") or ""
            said = _POLITE_END.sub("", rest).strip()
            if said and not _NOTHING_NEW.fullmatch(said):
                return Correction(_corrected(heard, said, groups), surely)
    return None


def _corrected(heard: Heard, said: str, groups: dict[str, str | None]) -> Heard:
    taken_back = groups.get("no") or groups.get("no_km") or ""
    entities = {
        name: kept
        for name, values in heard.entities.items()
        if (kept := tuple(value for value in values if not taken_back or value not in taken_back))
    }
    part = next((part for part in heard.parts if part.text.strip() == said), None)
    intent = part.intent if part else heard.intent
    return replace(
        heard,
        text=said,
        intent="inform" if intent in _WITHOUT_MEANING else intent,
        entities=entities,
        place=next(iter(entities.get("place", ())), ""),
        parts=(),
        corrects=True,
    )


def _has_comma_or_khmer_space(text: str) -> bool:
    """Whether the "no" stands apart: "no parking" is no correction, "no, Poipet" is one."""
    return bool(re.match(rf"\s*{_SAYS_NO}(?:[,.:;!។]|(?<=[\u1780-\u17dd])\s)", text, re.IGNORECASE))
