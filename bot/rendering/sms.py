"""A reply in a few short messages: its short form, its choices as numbered lines, the rest later.

Each part is a message of its own, not a piece of one concatenated message: gateways and old phones
that cannot put pieces together show all of them, and every part ends at a word. Each is held to
what a piece of a concatenated message may have (153 or 67), so that it is one message to pay for
on any gateway. One alphabet is counted for the whole reply.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from bot.messages import Button, Reply
from bot.rendering.choices import choices, is_khmer
from bot.rendering.part import Part, Rendered
from bot.text.clusters import best_break, cluster_ends, nice_breaks, truncate
from bot.text.packing import count_pieces, pack
from bot.text.sms_alphabet import Alphabet, alphabet_of, fold
from bot.wording import wording

# "20." and nothing else is still a choice.
_SHORTEST_LINE = 3
# A shorter line has no room to say that it was cut.
_SHORTEST_WITH_ELLIPSIS = 8


def lay_out_short_messages(reply: Reply, most: int) -> Rendered:
    """The reply in at most `most` messages; what they cannot hold is the `remaining` text.

    Every choice is in the messages: where titles are too long for that, they are shortened. (Only
    where the mere numbers are too many, some three dozen, the last of them remain too.) What
    remains is announced in the last line («បន្ត», MORE). Pictures are left out, and addresses too
    where the reply has a short form.
    """
    text = _text(reply)
    lines = _choice_lines(reply.buttons, text)
    draft = _Draft(alphabet_of("\n".join([text, *lines])))
    if draft.count(text, lines) > most:
        lines = draft.shortened(lines, most - 1 if text else most)
    if draft.count(text, lines) <= most:
        return Rendered([Part(piece) for piece in draft.pieces(text, lines)])
    language = "km" if is_khmer(text or "\n".join(lines)) else "en"
    hint = fold(wording().text("utter_send_more", language))
    lines = draft.shortened(lines, most - 1, hint)
    kept = draft.fitting(lines, most - 1, hint)
    closing = [*lines[:kept], hint]
    head = draft.head(text, closing, most)
    remaining = "\n".join(filter(None, [text[head:].strip(), *lines[kept:]]))
    pieces = draft.pieces(text[:head].strip(), closing)
    return Rendered([Part(piece) for piece in pieces], remaining)


class _Draft:
    """Lays text and lines out in one alphabet."""

    def __init__(self, alphabet: Alphabet) -> None:
        self._single, self._several = alphabet.value.single, alphabet.value.several
        self._units = alphabet.units
        self._ellipsis = "…" if alphabet is Alphabet.UCS_2 else "..."

    def count(self, text: str, lines: Sequence[str]) -> int:
        """How many messages it takes."""
        whole, lines_from = _whole(text, lines)
        if self._units(whole) <= self._single:
            return 1
        return count_pieces(whole, self._several, self._units, lines_from)

    def pieces(self, text: str, lines: Sequence[str]) -> list[str]:
        """The messages."""
        whole, lines_from = _whole(text, lines)
        if self._units(whole) <= self._single:
            return [whole] if whole else []
        return pack(whole, self._several, self._units, lines_from)

    def shortened(self, lines: list[str], most: int, *closing: str) -> list[str]:
        """The lines, as long as `most` messages with the closing ones allow."""
        longest = max(map(len, lines), default=0)
        if self.count("", [*lines, *closing]) <= most or longest <= _SHORTEST_LINE:
            return lines
        lengths = range(_SHORTEST_LINE, longest)
        fitting = bisect_right(
            lengths, most, key=lambda limit: self.count("", [*self._cut(lines, limit), *closing])
        )
        return self._cut(lines, lengths[max(fitting - 1, 0)])

    def fitting(self, lines: list[str], most: int, *closing: str) -> int:
        """How many of the lines fit into `most` messages with the closing ones."""
        counts = range(len(lines) + 1)
        return (
            bisect_right(counts, most, key=lambda count: self.count("", [*lines[:count], *closing]))
            - 1
        )

    def _cut(self, lines: list[str], limit: int) -> list[str]:
        ellipsis = self._ellipsis if limit >= _SHORTEST_WITH_ELLIPSIS else ""
        return [truncate(line, limit, ellipsis) for line in lines]

    def head(self, text: str, lines: Sequence[str], most: int) -> int:
        """How much of the text fits before the lines, up to a nice break."""
        ends = cluster_ends(text)
        fitting = bisect_right(ends, most, key=lambda end: self.count(text[:end].strip(), lines))
        if not fitting:
            return 0
        return best_break(0, ends[fitting - 1], nice_breaks(text), len(text))


def _whole(text: str, lines: Sequence[str]) -> tuple[str, int]:
    """Text and lines as one text, and where the lines begin in it."""
    before = f"{text}\n" if text and lines else text
    return before + "\n".join(lines), len(before)


def _text(reply: Reply) -> str:
    written = reply.short_text.strip() or reply.text
    if not reply.short_text.strip() and reply.link_url and reply.link_url not in written:
        written = f"{written}\n{reply.link_url}"
    lines = (" ".join(line.split()) for line in fold(written).splitlines())
    return "\n".join(line for line in lines if line)


def _choice_lines(buttons: Sequence[Button], text: str) -> list[str]:
    """The choices as numbered lines; a button that opens a page is its title and address."""
    offered = [button for button in buttons if not button.url]
    opened = [button for button in buttons if button.url]
    lines = [choice.line for choice in choices(offered, 0, text, always_numbered=True)]
    lines += [f"{button.title.strip()}: {button.url}".lstrip(": ") for button in opened]
    return [fold(line) for line in lines]
