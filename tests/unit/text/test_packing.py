"""Cutting a text into as few pieces as possible."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.text.clusters import clusters
from bot.text.packing import count_pieces, pack

KHMER = "ការិយាល័យច្រកចេញចូលតែមួយ ឆ្លើយតបចំពោះប្រជាពលរដ្ឋ។ "


def test_a_cut_after_a_line_is_preferred_while_it_needs_no_further_piece():
    assert pack("one two\nthree four five", 15, len) == ["one two", "three four five"]
    assert pack("a b c d\ne f g h", 13, len) == ["a b c d", "e f g h"]


def test_a_piece_is_filled_up_where_a_nicer_cut_would_need_another_one():
    text = "one two three\nfour five six seven eight"
    assert pack(text, 20, len) == ["one two three\nfour", "five six seven eight"]
    assert pack("one two\nthree four fives", 12, len) == ["one two\nthre", "e four fives"]


def test_khmer_is_cut_before_words():
    pieces = pack(KHMER * 3, 67, len)
    assert "".join(pieces).replace(" ", "") == (KHMER * 3).replace(" ", "")
    assert all(len(piece) <= 67 for piece in pieces)
    assert [c for piece in pieces for c in clusters(piece) if c.strip()] == [
        c for c in clusters(KHMER * 3) if c.strip()
    ]


def test_whole_lines_stay_whole():
    text = "a question?\n1. first choice\n2. second choice\n3. third choice"
    pieces = pack(text, 33, len, whole_lines_from=12)
    assert [line for piece in pieces for line in piece.splitlines()] == text.splitlines()


def test_a_line_longer_than_a_piece_is_cut_all_the_same():
    pieces = pack("1. " + "ខ្មែរ" * 20, 30, len, whole_lines_from=0)
    assert "".join(pieces) == "1. " + "ខ្មែរ" * 20
    assert all(len(piece) <= 30 for piece in pieces)


@given(
    st.text(st.sampled_from("ab \n។ក្មា៉ំ៛👍\u200d"), max_size=120),
    st.integers(4, 40),
    st.integers(0, 130),
)
def test_nothing_is_lost_nothing_is_too_long_and_no_fewer_pieces_would_do(text, limit, lines_from):
    lines_from = min(lines_from, len(text))
    pieces = pack(text, limit, len, lines_from)
    assert regex.sub(r"\s", "", "".join(pieces)) == regex.sub(r"\s", "", text)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert len(pieces) <= count_pieces(text, limit, len, lines_from)
    if all(len(cluster) <= limit for cluster in clusters(text)):
        whole = clusters(text)
        cut = [cluster for piece in pieces for cluster in clusters(piece)]
        assert [c.strip() for c in cut if c.strip()] == [c.strip() for c in whole if c.strip()]
