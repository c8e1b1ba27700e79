"""A made-up October of a district for reports; nobody in it is real."""

from __future__ import annotations

from bot.db.models import Feedback
from tests.unit.feedback.officials import at, feedback

GIVEN = (
    (
        "2026-10-01T09:10",
        "dissatisfied",
        "មន្ត្រីសុំលុយបន្ថែម ២០,០០០ រៀល ដើម្បីធ្វើលឿន លេខទូរស័ព្ទខ្ញុំ 012 345 678",
        {"disliked": ["price"], "concern": "bribery"},
    ),
    (
        "2026-10-02T10:00",
        "satisfied",
        "បុគ្គលិករាក់ទាក់ ពន្យល់ច្បាស់",
        {"liked": ["behaviour", "information"]},
    ),
    ("2026-10-05T08:30", "satisfied", "", {"liked": ["delivery"]}),
    (
        "2026-10-06T14:20",
        "dissatisfied",
        "ទៅដល់ម៉ោង ២ រសៀល ទ្វារបិទ គ្មានមន្ត្រីនៅទេ",
        {"disliked": ["working_hours"]},
    ),
    (
        "2026-10-08T11:45",
        "acceptable",
        "ឯកសារទាមទារច្រើន សូមបិទផ្សាយបញ្ជីឱ្យច្បាស់",
        {"disliked": ["information", "request_form"]},
    ),
    (
        "2026-10-13T09:00",
        "dissatisfied",
        "The clerk shouted at my mother, Mr Sok Dara saw it.",
        {"disliked": ["behaviour"], "unit": "district_hall", "language": "en"},
    ),
    ("2026-10-15T15:30", "satisfied", "សេវាលឿន តម្លៃត្រឹមត្រូវ", {"liked": ["delivery", "price"]}),
    (
        "2026-10-19T10:15",
        "dissatisfied",
        "គេរើសអើងអ្នកក្រ ឱ្យអ្នកមានធ្វើមុន ខ្ញុំឈ្មោះ សុខ ដារ៉ា ចាំតាំងពីព្រឹកដល់ល្ងាច ហើយត្រូវត្រឡប់ទៅផ្ទះវិញដោយមិនបានអ្វីសោះ",
        {
            "disliked": ["delivery", "behaviour"],
            "concern": "discrimination",
            "shared_with_citizens_office": True,
        },
    ),
    ("2026-10-22T08:05", "acceptable", "", {"disliked": ["delivery"]}),
    (
        "2026-10-27T16:40",
        "dissatisfied",
        "យឺតណាស់ បីសប្ដាហ៍ហើយ",
        {"disliked": ["delivery"], "unit": "district_hall"},
    ),
)
EARLIER = (
    ("2026-09-10T10:00", "dissatisfied"),
    ("2026-09-11T10:00", "satisfied"),
    ("2026-08-03T09:00", "satisfied"),
    ("2026-07-14T09:00", "acceptable"),
)


def month_of_feedback(sessions, place_code: str = "0102") -> list[int]:
    numbers = [
        feedback(
            sessions,
            when,
            text,
            f"person {position}",
            **{"rating": rating, "place_code": place_code, "language": "km", **values},
        )
        for position, (when, rating, text, values) in enumerate(GIVEN)
    ]
    for position, (when, rating) in enumerate(EARLIER):
        feedback(sessions, when, "យឺត", f"earlier {position}", rating=rating, place_code=place_code)
    with sessions.begin() as session:
        for position, (number, state) in enumerate(
            ((numbers[0], "answered"), (numbers[3], "solved"), (numbers[5], "closed"))
        ):
            row = session.get_one(Feedback, number)
            row.reference = f"FB-AAA-AAA{position + 2}"
            row.state, row.answer = state, "បានណែនាំមន្ត្រីហើយ"
            row.answered_at = at(f"2026-10-2{position + 1}T09:00")
        for position, number in enumerate(set(numbers) - {numbers[0], numbers[3], numbers[5]}):
            session.get_one(Feedback, number).reference = f"FB-KKK-KKK{position}"
    return numbers
