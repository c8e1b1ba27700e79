from __future__ import annotations

import re
from datetime import timedelta

import pytest
import yaml
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from bot.db.models import Contact, MessageToReview, StoredInbound
from bot.db.models.base import now
from bot.services.dialogue import Context, Form, Heard
from bot.services.understanding_review import KEPT_FOR, note_turn
from bot.settings import Settings
from webhook import create_app

SURE = 0.95


@pytest.fixture
def training(tmp_path):
    """A folder of training data of its own."""
    folder = tmp_path / "nlu"
    folder.mkdir()
    (folder / "smalltalk.yml").write_text(
        'version: "3.1"\nnlu:\n'
        "  - intent: greet\n    examples: |\n      - hello\n      - សួស្តី\n"
        "  - intent: ask_service\n    examples: |\n      - how much is a [passport](service)\n",
        encoding="utf-8",
    )
    return folder


def heard(text: str, intent: str = "ask_service", confidence: float = SURE, **more) -> Heard:
    return Heard(text, "km", intent, confidence=confidence, **more)


def noted(sessions) -> list[tuple[str, str, int]]:
    with sessions() as session:
        rows = session.scalars(select(MessageToReview).order_by(MessageToReview.id))
        return [(row.masked_text, row.reason, row.times) for row in rows]


def note(sessions, message: Heard, before: Context | None = None, understood: bool = True) -> None:
    with sessions.begin() as session:
        note_turn(session, message, before or Context(), understood)


@pytest.mark.parametrize(
    ("message", "understood", "reason"),
    [
        (heard("ធ្វើម៉េចទៅ", confidence=0.3), True, "low_confidence"),
        (heard("asdf qwer", "nlu_fallback", 0.2), True, "not_understood"),
        (heard("ក្រដាសនេះ", "inform", SURE), False, "not_understood"),
    ],
)
def test_what_was_understood_badly_is_noted(sessions, message, understood, reason) -> None:
    note(sessions, message, understood=understood)
    assert noted(sessions) == [(message.text, reason, 1)]


@pytest.mark.parametrize(
    ("message", "before"),
    [
        (heard("តម្លៃប៉ុន្មាន"), Context()),
        (heard("", confidence=0.1), Context()),
        (heard("យក", confidence=0.1, chosen={"page": "2"}), Context()),
        (
            heard("they shouted at me", confidence=0.1),
            Context(form=Form("feedback", "text", now())),
        ),
    ],
    ids=["sure", "no words", "a button", "free text of a form"],
)
def test_what_was_understood_or_is_private_is_not_noted(sessions, message, before) -> None:
    note(sessions, message, before)
    assert noted(sessions) == []


def test_the_same_wording_is_one_row_and_numbers_are_masked(sessions) -> None:
    for text in ("លេខ 012 345 678 រួចនៅ", "លេខ 012345679  រួចនៅ"):
        note(sessions, heard(text, confidence=0.4))
    (row,) = noted(sessions)
    assert row[2] == 2
    assert not re.search(r"\d{3}", row[0])


def test_the_message_that_is_taken_back_is_noted_as_corrected(sessions) -> None:
    with sessions.begin() as session:
        contact = Contact(channel="web", external_id="1", conversation_id="c1")
        session.add(contact)
        session.flush()
        for number, text in enumerate(("ខ្ញុំចង់ធ្វើប្លង់", "ទេ ខុសហើយ")):
            session.add(
                StoredInbound(
                    channel="web",
                    event_id=str(number),
                    contact_id=contact.id,
                    kind="text",
                    text=text,
                    occurred_at=now(),
                )
            )
    note(sessions, heard("ទេ ខុសហើយ", "deny", conversation_id="c1"), Context(topic="ask_service"))
    assert noted(sessions) == [("ខ្ញុំចង់ធ្វើប្លង់", "corrected", 1)]


@pytest.fixture
def run(sessions, tmp_path):
    """Runs `flask nlu review …` on the test's database."""
    url = sessions.kw["bind"].url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3")
    app = create_app(settings)
    return lambda *arguments: app.test_cli_runner().invoke(
        args=["nlu", "review", *map(str, arguments)]
    )


def test_the_sheet_goes_out_and_comes_back_as_training_data(
    sessions, run, training, tmp_path
) -> None:
    note(sessions, heard("ថ្លៃលិខិតឆ្លងដែន", confidence=0.4))
    note(sessions, heard("=1+1", "nlu_fallback", 0.1))
    file = tmp_path / "review.xlsx"
    assert "2 messages" in run("export", file).output
    workbook = load_workbook(file)
    sheet = workbook["review"]
    assert sheet["A2"].value == "ថ្លៃលិខិតឆ្លងដែន"
    assert sheet["A3"].data_type == "s"
    assert "ask_service" in [row[0].value for row in workbook["intents"].iter_rows()]
    sheet["B2"] = "ask_service"
    sheet["C2"] = "[ថ្លៃ](aspect=fee)[លិខិតឆ្លងដែន](service)"
    workbook.save(file)

    first = run("import", file, "--data", training)
    assert first.exit_code == 0, first.output
    assert "1 examples added" in first.output
    content = (training / "reviewed.yml").read_text(encoding="utf-8")
    assert "- [ថ្លៃ](aspect:fee)[លិខិតឆ្លងដែន](service)" in content
    assert yaml.safe_load(content)["nlu"][0]["intent"] == "ask_service"

    assert "0 examples added, 1 were there" in run("import", file, "--data", training).output
    assert (training / "reviewed.yml").read_text(encoding="utf-8") == content
    run("export", file)
    assert [row[0].value for row in load_workbook(file)["review"].iter_rows(min_row=2)] == ["=1+1"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["hi there", "greeting", ""], "correct_intent", "is no intent"),
        (["", "greet", ""], "text", "is empty"),
        (["hello", "ask_service", ""], "correct_intent", "stands under 'greet'"),
        (["plate fee", "ask_service", "[plate](service)"], "annotated_text", "other words"),
        (["plate", "ask_service", "[plate](thing)"], "annotated_text", "is no entity"),
        (["fee", "ask_service", "[fee](aspect)"], "annotated_text", "needs its value"),
    ],
)
def test_each_bad_row_is_named_and_nothing_is_written(
    run, training, tmp_path, row, column, reason
) -> None:
    workbook = Workbook()
    for cells in (["text", "correct_intent", "annotated_text"], ["good day", "greet", ""], row):
        workbook.active.append(cells)
    workbook.save(tmp_path / "bad.xlsx")
    result = run("import", tmp_path / "bad.xlsx", "--data", training)
    assert result.exit_code == 1
    assert f"line 3, column {column}" in result.output
    assert reason in result.output
    assert not (training / "reviewed.yml").exists()


def test_a_dry_run_writes_nothing(run, training, tmp_path) -> None:
    (tmp_path / "new.csv").write_text("text,correct_intent\ngood day,greet\n", encoding="utf-8")
    result = run("import", tmp_path / "new.csv", "--dry-run", "--data", training)
    assert "would be: 1 examples added" in result.output
    assert not (training / "reviewed.yml").exists()


def test_what_nobody_labelled_is_forgotten(sessions, run, tmp_path) -> None:
    note(sessions, heard("old words", confidence=0.2))
    with sessions.begin() as session:
        row = session.scalars(select(MessageToReview)).one()
        row.last_heard_at = now() - KEPT_FOR - timedelta(days=1)
    assert "1 older than 90 days" in run("export", tmp_path / "review.xlsx").output
    assert noted(sessions) == []
