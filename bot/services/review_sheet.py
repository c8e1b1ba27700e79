"""The spreadsheet on which people say what messages meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from bot.db.models import MessageToReview

COLUMNS = (
    ("text", 60),
    ("correct_intent", 20),
    ("annotated_text", 60),
    ("understood_as", 20),
    ("confidence", 12),
    ("reason", 16),
    ("times", 8),
    ("last_heard", 14),
)
SHEET = "review"
_HELP = (
    "correct_intent: what the message means, from the list; leave it empty to skip the row.",
    "annotated_text: the same words, names in brackets where there are any:"
    " how much is a [number plate](service), ស្រុក[បាទី](place).",
    "••• stands for a number or name that was hidden; it is left out of the training data.",
    "Change the text freely if it still tells who wrote it.",
)


def write_review(path: Path, rows: Sequence[MessageToReview], intents: Sequence[str]) -> None:
    """Write the messages to a workbook with a list of intents to choose from."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet(SHEET)
    sheet.append([name for name, _ in COLUMNS])
    for row in rows:
        sheet.append(
            [
                row.masked_text,
                "",
                "",
                row.intent,
                row.confidence_percent / 100,
                row.reason,
                row.times,
                row.last_heard_at.date().isoformat(),
            ]
        )
        # A citizen's "=1+1" stays words.
        sheet.cell(sheet.max_row, 1).data_type = "s"
    for number, (_, width) in enumerate(COLUMNS, start=1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
        for (below,) in sheet.iter_rows(min_row=2, min_col=number, max_col=number):
            below.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    help_sheet = workbook.create_sheet("help")
    for line in _HELP:
        help_sheet.append([line])
    _add_list(workbook, intents)
    workbook.save(path)


def _add_list(workbook: Workbook, intents: Sequence[str]) -> None:
    """A list of the intents behind the column; it is too long to stand in the cells' own rule."""
    listed = workbook.create_sheet("intents")
    for intent in intents:
        listed.append([intent])
    choice = DataValidation(type="list", formula1=f"intents!$A$1:$A${len(intents)}")
    sheet = workbook[SHEET]
    sheet.add_data_validation(choice)
    choice.add(f"B2:B{max(sheet.max_row, 2)}")
