"""What a citizen took back reaches the sheet for labelling, masked."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from tests.chat_client import ChatClient

pytestmark = pytest.mark.engine


def test_a_message_that_is_taken_back_is_listed_for_labelling_without_its_number(stack, tmp_path):
    citizen = ChatClient(stack.address)
    citizen.ask("tell me a joke about plomf 012 345 678")
    citizen.ask("no that's wrong")
    file = tmp_path / "review.xlsx"
    stack.flask("nlu", "review", "export", str(file))
    rows = load_workbook(file)["review"].iter_rows(min_row=2, values_only=True)
    listed = [row for row in rows if "plomf" in row[0]]
    assert len(listed) == 1
    assert "345" not in listed[0][0]
    assert "corrected" in listed[0]
