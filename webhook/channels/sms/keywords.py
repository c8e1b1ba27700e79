"""STOP, START, HELP and MORE, recognised before anything else reads a short message.

The English words are those that operators and CTIA's Messaging Principles ask for, without the
ones that mean something inside a conversation (cancel, quit, yes).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.messages import Kind
from bot.text.normalise import normalise


@dataclass(frozen=True)
class Keyword:
    """What a message asks for, and the language it is written in.

    Who writes an English word may only repeat what a Khmer notice told them to send.
    """

    kind: Kind
    language: Literal["km", "en"]


_ENGLISH: dict[Kind, tuple[str, ...]] = {
    Kind.OPT_OUT: (
        *("stop", "stop all", "unsubscribe", "opt out", "stop sms", "stop messages"),
        *("stop message", "please stop", "stop please", "no more messages"),
    ),
    Kind.OPT_IN: ("start", "unstop", "subscribe", "opt in", "start sms", "please start"),
    Kind.HELP: ("help", "info", "help me", "please help", "help please"),
    Kind.MORE: ("more", "read more", "more please", "continue", "the rest"),
}
_KHMER: dict[Kind, tuple[str, ...]] = {
    Kind.OPT_OUT: (
        *("ឈប់", "សូមឈប់", "ឈប់ផ្ញើ", "ឈប់ផ្ញើសារ", "សូមឈប់ផ្ញើ", "សូមឈប់ផ្ញើសារ", "ឈប់ផ្ញើដំណឹង"),
        *("ឈប់ទទួល", "ឈប់ទទួលសារ", "ឈប់ទទួលដំណឹង", "បញ្ឈប់", "បញ្ឈប់សារ", "បញ្ឈប់ការផ្ញើសារ"),
        *("កុំផ្ញើ", "កុំផ្ញើទៀត", "កុំផ្ញើសារ", "កុំផ្ញើសារទៀត", "សូមកុំផ្ញើសារទៀត", "ស្តុប", "ស្តប់"),
        *("មិនចង់ទទួលសារ", "លែងចង់ទទួលសារ", "ឈប់ជាវ"),
    ),
    Kind.OPT_IN: (
        *("ចាប់ផ្ដើម", "ចាប់ផ្តើម", "ចាប់ផ្ដើមវិញ", "ចាប់ផ្តើមវិញ", "សូមចាប់ផ្ដើម", "សូមចាប់ផ្តើម"),
        *("ទទួលវិញ", "ទទួលដំណឹង", "ទទួលដំណឹងវិញ", "ទទួលសារវិញ", "ចង់ទទួលវិញ", "ចង់ទទួលសារវិញ"),
        *("ផ្ញើវិញ", "ផ្ញើសារវិញ", "ជាវ", "ជាវវិញ", "ស្តាត"),
    ),
    Kind.HELP: (
        *("ជំនួយ", "ជួយ", "ជួយផង", "សូមជួយ", "សូមជួយផង", "ជួយខ្ញុំ", "ជួយខ្ញុំផង", "ត្រូវការជំនួយ"),
        *("របៀបប្រើ", "វិធីប្រើ", "ហែល"),
    ),
    Kind.MORE: (
        *("បន្ត", "បន្តទៀត", "សូមបន្ត", "អានបន្ត", "បន្តអាន", "ផ្ញើបន្ត", "ទៀត", "នៅសល់", "បន្ដ", "បន្ដទៀត"),
    ),
}
_ROMANISED: dict[Kind, tuple[str, ...]] = {
    Kind.OPT_OUT: (
        *("chhob", "chhop", "chhup", "chhub", "chhorb", "chhorp", "chob", "chhoup", "chhoub"),
        *("som chhob", "som chhop", "som chob", "chhob pnher", "chhop pnher", "chob pnher"),
        *("chhob phnher", "chhob phnhaer", "chob phnher", "banhchhob", "banh chhob", "bonhchhob"),
        *("bonh chob", "bonhchob", "kom pnher", "kom phnher", "kom pnher teat", "kom phnher teat"),
    ),
    Kind.OPT_IN: (
        *("jab pderm", "jab pdaem", "jab pdeum", "jab phderm", "chab pderm", "chab pdaem"),
        *("chab phdaem", "chab phderm", "chab pdeum", "chap pderm", "chap pdaem", "chap phdaem"),
        *("chap pdeum", "cheab pdaem", "chab pdaeum", "totuol vinh", "tortuol vinh", "totoul vinh"),
    ),
    Kind.HELP: (
        *("chumnuoy", "chomnuoy", "jomnuoy", "jumnuoy", "chumnuay", "chomnuay", "jomnuay"),
        *("chuoy", "juoy", "chuay", "juay", "chuoy phong", "juoy phong", "juoy pong", "som chuoy"),
        *("som juoy", "robeab prer", "robieb prer"),
    ),
    Kind.MORE: (
        *("bonto", "banto", "bontor", "bantor", "bonta", "banta", "bondor", "bontho", "banhto"),
        *("bonto teat", "banto teat", "bontor teat", "an bonto", "arn bonto", "arn bontor", "teat"),
    ),
}


def keyword(text: str) -> Keyword | None:
    """The keyword that a whole message is; case, punctuation and spaces do not matter."""
    return _keywords().get(_plain(text))


@cache
def _keywords() -> dict[str, Keyword]:
    found: dict[str, Keyword] = {}
    for words_of_kinds, language in ((_ENGLISH, "en"), (_KHMER, "km"), (_ROMANISED, "km")):
        for kind, words in words_of_kinds.items():
            for word in words:
                found[_plain(word)] = Keyword(kind, "en" if language == "en" else "km")
    return found


def _plain(text: str) -> str:
    """Letters and marks alone: phones put spaces and invisible characters anywhere in Khmer."""
    folded = normalise(unicodedata.normalize("NFKC", text)).lower()
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LMN")
