"""The ombudsman's report: Khmer that is shaped, right figures, the same bytes each time."""

from __future__ import annotations

import pypdfium2
import pytest
from sqlalchemy import select

from bot.db.models import Official, OutgoingEmail
from bot.services.reports.ombudsman import ReportError, build_report, read_month
from tests.fakes.mail_server import MailServer
from tests.unit.feedback.month import month_of_feedback
from tests.unit.feedback.officials import ZONE, at, official, outbox, settings
from webhook.app import create_app
from webhook.mail_delivery import send_queued_emails
from webhook.official_words import OfficialWords
from webhook.report_delivery import send_reports
from webhook.reports.ombudsman_pdf import ombudsman_pdf


@pytest.fixture
def october(sessions):
    month_of_feedback(sessions)
    return sessions


def report_of(sessions, place="0102", month="2026-10", language="km", reader=None) -> bytes:
    with sessions() as session:
        built = build_report(session, place, read_month(month, ZONE), ZONE)
        return ombudsman_pdf(built, OfficialWords(session, language, ZONE), reader)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_the_figures_are_those_of_the_month(october):
    with october() as session:
        report = build_report(session, "0102", read_month("2026-10", ZONE), ZONE)
        assert report.counts.ratings == {"satisfied": 3, "acceptable": 2, "dissatisfied": 5}
        assert report.previous.total == 2
        assert [counts.total for _, counts in report.trend] == [0, 0, 1, 1, 2, 10]
        assert report.themes[:2] == [("delivery", 3), ("behaviour", 2)]
        assert [case.concern for case in report.cases][:2] == ["bribery", "discrimination"]
        assert (report.answered, report.expecting_answer) == (3, 6)


def test_the_same_month_gives_the_same_file_and_pages_have_no_holes(october):
    pdf = report_of(october)
    assert pdf == report_of(october)
    assert pdf.startswith(b"%PDF")
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 2
    document.close()


def test_khmer_is_shaped_so_that_subscripts_stand_under_their_letters(october):
    """Unshaped, a subscript is drawn as a sign of its own: the word comes out wider."""
    from webhook.reports.sheet import Sheet

    sheet = Sheet("t", "f", at("2026-10-01T00:00"), str)
    shaped = sheet.width_of("ស្ត្រី", 20)
    sheet.set_text_shaping(use_shaping_engine=False)
    assert shaped < sheet.width_of("ស្ត្រី", 20) * 0.8


def test_private_words_are_masked_but_for_the_office_they_were_shared_with(october):
    english = text_of(report_of(october, language="en"))
    assert "FB-AAA-AAA4" in english
    assert "Mr •••" in english
    assert "Sok Dara" not in english
    with october() as session:
        reader = Official(
            name="x", role="citizens_office", place_code="0102", unit="", channel="email"
        )
        built = build_report(session, "0102", read_month("2026-10", ZONE), ZONE)
        shared = next(case for case in built.cases if case.shared_with_citizens_office)
        from webhook.reports.ombudsman_pdf import _case

        words = OfficialWords(session, "en", ZONE)
        assert "សុខ ដារ៉ា" in _case(shared, words, reader)[2]
        assert "សុខ ដារ៉ា" not in _case(shared, words, None)[2]


def test_a_month_without_feedback_says_so(october):
    assert "No feedback came in." in text_of(report_of(october, "0110", language="en"))


@pytest.mark.parametrize(
    ("month", "place"), [("2026-13", "0102"), ("October", "0102"), ("2026-10", "9999")]
)
def test_a_wrong_month_or_place_is_named(october, month, place):
    with pytest.raises(ReportError, match=r"must be"):
        report_of(october, place, month)


def test_subscribers_get_it_once_on_the_first_of_the_month(october):
    official(
        october,
        "ombudsman",
        channel="email",
        address="o@example.org",
        role="citizens_office",
        place_code="0102",
        since="2026-10-20T00:00",
        language="km",
    )
    group = official(
        october, "ombudsman", address="-9", place_code="0102", since="2026-10-20T00:00"
    )
    assert send_reports(october, settings(), at("2026-11-01T07:59")).told == 0
    assert send_reports(october, settings(), at("2026-11-01T08:00")).told == 2
    assert send_reports(october, settings(), at("2026-11-02T08:00")).told == 0
    [row] = outbox(october, group)
    link = row.reply["buttons"][0]["url"]
    url = str(october.kw["bind"].url)
    page = (
        create_app(settings(url)).test_client().get(link.removeprefix("https://chrok.example.org"))
    )
    assert page.content_type == "application/pdf"
    assert page.data.startswith(b"%PDF")
    with MailServer() as server:
        send_queued_emails(october, settings(smtp_url=server.url))
        [message] = server.messages_to("o@example.org")
    [file] = list(message.iter_attachments())
    assert file.get_filename() == "ombudsman-0102-2026-10.pdf"
    assert file.get_content().startswith(b"%PDF")
    with october() as session:
        assert list(session.scalars(select(OutgoingEmail.state))) == ["sent"]


def test_the_command_writes_the_file(october, tmp_path):
    url = str(october.kw["bind"].url)
    runner = create_app(settings(url)).test_cli_runner()
    path = tmp_path / "report.pdf"
    arguments = ["reports", "ombudsman", "--district", "0102", "--month", "2026-10"]
    done = runner.invoke(args=[*arguments, "--output", str(path)])
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == report_of(october)
    failed = runner.invoke(args=["reports", "ombudsman", "--district", "01", "--month", "x"])
    assert "month: 'x' must be a month such as 2026-10" in failed.output
