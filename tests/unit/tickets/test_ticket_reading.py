"""A ticket's fields as a desk may send them: what is understood, and what is refused by name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.ticket_reading import TicketRecord, TicketRefused, read_code, read_ticket

TICKET = {
    "code": "010221070034",
    "site": "0102",
    "sector": "Public works",
    "service": "ចុះបញ្ជីម៉ូតូ",
    "status": "paid",
    "phone": "012 000 678",
    "requested_on": "2021-07-05",
    "expected_on": "2021-07-16",
    "approved_on": None,
    "delivered_on": None,
    "version": 2,
}


def refusal(**fields):
    with pytest.raises(TicketRefused) as raised:
        read_ticket({**TICKET, **fields})
    return {error.field: error for error in raised.value.errors}


def test_a_whole_ticket_is_understood():
    assert read_ticket(TICKET) == TicketRecord(
        code="010221070034",
        site="0102",
        sector="Public works",
        service="ចុះបញ្ជីម៉ូតូ",
        status="paid",
        phone_digits="678",
        requested_on=date(2021, 7, 5),
        expected_on=date(2021, 7, 16),
        version=2,
    )


def test_what_is_left_out_is_not_known():
    record = read_ticket({"code": "010221070034", "status": "accepted", "version": 1})
    assert record == TicketRecord(code="010221070034", status="accepted", version=1)


@pytest.mark.parametrize(
    "code",
    [
        "010221070034",
        "0102 2107 0034",
        "0102-2107-0034",
        "0102.2107.0034",
        "០១០២ ២១០៧ ០០៣៤",
        "០១០២២១០៧0034",
        " 01 02 21 07 00 34 ",
        "0102\u200b2107\u200b0034",
    ],
)
def test_a_code_may_be_grouped_and_written_in_either_digits(code):
    assert read_code(code) == "010221070034"


@pytest.mark.parametrize(
    "code",
    ["", "12", "01022107003", "0102210700345", "01022107003a", "²10221070034", "٠١٠٢٢١٠٧٠٠٣٤"],
)
def test_anything_else_is_no_code(code):
    assert read_code(code) is None


@pytest.mark.parametrize("nothing", [None, "", "  ", "null", "NULL", "None"])
@pytest.mark.parametrize("name", ["sector", "service", "phone", "approved_on", "expected_on"])
def test_nothing_stays_nothing(name, nothing):
    record = read_ticket({**TICKET, name: nothing})
    assert getattr(record, "phone_digits" if name == "phone" else name) is None


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("012000678", "678"),
        ("+855 12 000 678", "678"),
        ("012-000-678", "678"),
        ("០១២ ០០០ ៦៧៨", "678"),
        ("012 000 678 / 097 000 0222", "678"),
    ],
)
def test_of_a_phone_only_the_last_three_digits_are_kept(phone, digits):
    record = read_ticket({**TICKET, "phone": phone})
    assert record.phone_digits == digits
    assert "000" not in repr(record)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021-07-05", date(2021, 7, 5)),
        ("2021-07-05T00:00:00", date(2021, 7, 5)),
        ("2021-07-05 10:30:00.000", date(2021, 7, 5)),
        ("2021-07-05T10:30:00+07:00", date(2021, 7, 5)),
        ("២០២១-០៧-០៥", date(2021, 7, 5)),
    ],
)
def test_a_day_may_carry_a_time(day, expected):
    assert read_ticket({**TICKET, "requested_on": day}).requested_on == expected


@pytest.mark.parametrize("status", ["Paid", " PAID "])
def test_a_status_may_be_capitalised(status):
    assert read_ticket({**TICKET, "status": status}).status == "paid"


@pytest.mark.parametrize(
    ("field", "value", "code", "words"),
    [
        ("code", None, "required", "12 digits"),
        ("code", "12", "malformed", "'12'"),
        ("code", 10221070034, "not_text", "quotation marks"),
        ("status", None, "required", "accepted, paid, approved, rejected, delivered"),
        ("status", "finished", "unknown_value", "'finished'"),
        ("status", "បានបង់", "unknown_value", "'បានបង់'"),
        ("phone", "n/a", "malformed", "leave it out"),
        ("phone", "12", "malformed", "leave it out"),
        ("phone", 12000678, "not_text", "quotation marks"),
        ("requested_on", "05/07/2021", "malformed", "2026-11-24"),
        ("requested_on", "2021-02-30", "malformed", "2021-02-30"),
        ("requested_on", "2564-07-05", "malformed", "Common Era"),
        ("requested_on", "2021-07-05 noon", "malformed", "2026-11-24"),
        ("version", None, "required", "grows"),
        ("version", "2", "malformed", "'2'"),
        ("version", True, "malformed", "True"),
        ("version", 2.5, "malformed", "2.5"),
        ("version", -1, "malformed", "between 0"),
        ("version", 2**63, "malformed", "between 0"),
        ("service", "x" * 301, "too_long", "300"),
        ("service", "a\x00b", "malformed", "no part of a text"),
        ("service", "\ud800", "malformed", "no part of a text"),
        ("service", ["a"], "not_text", "null"),
        ("Status", "paid", "unknown_field", "did you mean status?"),
        ("tel", "012000678", "unknown_field", "the fields are code"),
    ],
)
def test_what_is_wrong_is_named_with_how_to_mend_it(field, value, code, words):
    errors = refusal(**{field: value})
    assert set(errors) == {field}
    assert errors[field].code == code
    assert words in errors[field].message


def test_everything_that_is_wrong_is_told_at_once():
    assert set(refusal(code="1", status="x", phone="y", version=None)) == {
        "code",
        "status",
        "phone",
        "version",
    }


def test_a_wrong_phone_number_is_never_repeated():
    assert "01234x" not in refusal(phone="01234x5678901")["phone"].message


def test_a_spreadsheet_has_text_only_and_may_leave_the_version_out():
    cells = {name: "" if value is None else str(value) for name, value in TICKET.items()}
    assert read_ticket(cells, from_spreadsheet=True) == read_ticket(TICKET)
    assert read_ticket({**cells, "version": ""}, from_spreadsheet=True).version is None
    with pytest.raises(TicketRefused, match="no whole number"):
        read_ticket({**cells, "version": "2.5"}, from_spreadsheet=True)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*TICKET, "x", ""]), _ANYTHING))
def test_whatever_comes_is_understood_or_refused_in_words_that_can_be_sent(fields):
    try:
        record = read_ticket(fields)
    except TicketRefused as error:
        refused = error
    else:
        repr(record).encode()
        assert len(record.code) == 12
        return
    said = [refused.code, *(error.message for error in refused.errors)]
    assert len(said) > 1
    "".join(said).encode()
