"""The ombudsman's report as PDF: figures, charts, themes and cases."""

from __future__ import annotations

from bot.charts import Chart, Series, bar_chart, column_chart
from bot.db.models import Feedback, Official
from bot.db.models.feedback import CONCERNS, RATINGS, UNITS
from bot.services.feedback import text_for
from bot.services.reports.ombudsman import OmbudsmanReport
from bot.text.clusters import truncate
from bot.text.digits import ENGLISH_MONTHS, KHMER_MONTHS
from webhook.official_words import OfficialWords
from webhook.reports.sheet import FAINT, Column, Sheet, picture_height

_COLOURS = {"satisfied": "#0b5f5a", "acceptable": "#6b7280", "dissatisfied": "#c2560c"}
_LONGEST_WORDS = 400
_MOST_CASES = 200
_PICTURE_WIDTH = 140.0
_MOST_THEMES = 6


def ombudsman_pdf(
    report: OmbudsmanReport, words: OfficialWords, reader: Official | None = None
) -> bytes:
    """The report as a file; the same figures give the same bytes.

    `reader` is the Citizen's Office that reads what citizens shared with it; without one all the
    words are masked.
    """
    say = words.say
    title = say("Monthly report for the Citizen's Office")
    masked = say("Chrok · words of citizens are masked")
    footer = masked if reader is None else say("Chrok · for the official it was sent to alone")
    sheet = Sheet(title, footer, report.period.end, words.number)
    sheet.paragraph(title, 17, bold=True)
    sheet.paragraph(f"{words.place(report.place_code)} · {month_name(report, words)}", 12)
    _summary(sheet, report, words)
    if report.counts.total:
        _charts(sheet, report, words)
        _units(sheet, report, words)
        _themes(sheet, report, words)
        _cases(sheet, report, words, reader)
    _duties(sheet, report, words)
    sheet.ln(3)
    sheet.paragraph(
        say(
            "What citizens write is their view; it has not been examined. Repeats by the same "
            "person are not counted."
        ),
        8.5,
        colour=FAINT,
    )
    return bytes(sheet.output())


def month_name(report: OmbudsmanReport, words: OfficialWords) -> str:
    """The month and year in words."""
    first = report.period.start
    names = KHMER_MONTHS if words.language == "km" else ENGLISH_MONTHS
    return f"{names[first.month - 1]} {words.year(first.year)}"


def _summary(sheet: Sheet, report: OmbudsmanReport, words: OfficialWords) -> None:
    say, counts = words.say, report.counts
    sheet.heading(say("In short"))
    if not counts.total:
        sheet.paragraph(say("No feedback came in."))
        return
    lines = [
        say(
            "{number} citizens gave feedback; {before} in the month before.",
            number=counts.total,
            before=report.previous.total,
        ),
        "   ".join(
            f"{words.rating_name(name)}: {words.number(number)}"
            for name, number in counts.ratings.items()
        ),
    ]
    if report.expecting_answer:
        lines.append(
            say(
                "Of {expecting} that expect an answer, {answered} were answered.",
                expecting=report.expecting_answer,
                answered=report.answered,
            )
        )
    if report.median_days is not None:
        lines.append(
            say("Half of the answers came within {days} days.", days=round(report.median_days))
        )
    for line in lines:
        sheet.paragraph(f"• {line}")


def _charts(sheet: Sheet, report: OmbudsmanReport, words: OfficialWords) -> None:
    names = [_short_month(period.start.month, words) for period, _ in report.trend]
    trend = Chart(
        title=words.say("Feedback of the last six months"),
        labels=tuple(names),
        series=tuple(
            _series(
                words.rating_name(rating),
                [c.ratings[rating] for _, c in report.trend],
                rating,
                words,
            )
            for rating in RATINGS
        ),
    )
    sheet.ln(2)
    sheet.picture(column_chart(trend, width=1400, height=560), _PICTURE_WIDTH)


def _units(sheet: Sheet, report: OmbudsmanReport, words: OfficialWords) -> None:
    rows = [
        [
            words.unit(unit),
            *(words.number(report.by_unit[unit].ratings[rating]) for rating in RATINGS),
        ]
        for unit in UNITS
        if report.by_unit[unit].total
    ]
    sheet.heading(words.say("By office"))
    headings = [words.say("Office"), *(words.rating_name(rating) for rating in RATINGS)]
    shares = (0.46, 0.18, 0.18, 0.18)
    sheet.columns([Column(*pair) for pair in zip(headings, shares, strict=True)], rows)


def _themes(sheet: Sheet, report: OmbudsmanReport, words: OfficialWords) -> None:
    if not report.themes:
        return
    themes = report.themes[:_MOST_THEMES]
    labels = [words.concern(name) if name in CONCERNS else words.aspect(name) for name, _ in themes]
    numbers = [number for _, number in themes]
    chart = Chart(
        title=words.say("How many named it"),
        labels=tuple(labels),
        series=(_series("", numbers, "dissatisfied", words),),
    )
    picture = bar_chart(chart, width=1500)
    height = picture_height(picture, _PICTURE_WIDTH)
    sheet.heading(words.say("What people complained of"), followed_by=height)
    sheet.picture(picture, _PICTURE_WIDTH)


def _cases(
    sheet: Sheet, report: OmbudsmanReport, words: OfficialWords, reader: Official | None
) -> None:
    if not report.cases:
        return
    sheet.heading(words.say("Cases"))
    headings = (
        (words.say("Reference"), 0.17),
        (words.say("Office and day"), 0.24),
        (words.say("What the citizen says"), 0.39),
        (words.say("Where it stands"), 0.2),
    )
    rows = [_case(feedback, words, reader) for feedback in report.cases[:_MOST_CASES]]
    sheet.columns([Column(*heading) for heading in headings], rows)
    left = len(report.cases) - _MOST_CASES
    if left > 0:
        sheet.paragraph(words.say("{number} more are not shown here.", number=left))


def _case(feedback: Feedback, words: OfficialWords, reader: Official | None) -> list[str]:
    said = [words.concern(feedback.concern)] if feedback.concern else []
    said += [words.aspect(aspect) for aspect in feedback.aspects_of("disliked")]
    comment = truncate(text_for(feedback, reader), _LONGEST_WORDS)
    return [
        feedback.reference,
        f"{words.unit(feedback.unit)}\n{words.date(feedback.created_at)}",
        "\n".join(filter(None, (", ".join(said), comment))) or words.say("(no comment)"),
        words.say(STANDS[feedback.state]),
    ]


def _duties(sheet: Sheet, report: OmbudsmanReport, words: OfficialWords) -> None:
    say, offices = words.say, report.offices
    lines = []
    if report.waiting:
        lines.append(
            say(
                "At the end of the month {number} were waiting for an answer.",
                number=report.waiting,
            )
        )
    if offices.overdue:
        lines.append(say("Tickets past their day: {number}", number=len(offices.overdue)))
    lines += [
        say("The desk agent of {place} sends nothing.", place=words.place(code))
        for code in offices.silent
    ]
    if not lines:
        return
    sheet.heading(say("To see to"))
    for line in lines:
        sheet.paragraph(f"• {line}")


def _series(name: str, values: list[int], rating: str, words: OfficialWords) -> Series:
    shown = tuple(words.number(value) for value in values)
    return Series(name, tuple(values), shown, _COLOURS[rating])


def _short_month(number: int, words: OfficialWords) -> str:
    return KHMER_MONTHS[number - 1] if words.language == "km" else ENGLISH_MONTHS[number - 1][:3]


STANDS = {
    "open": "Not answered",
    "acknowledged": "Seen by the office",
    "answered": "Answered",
    "closed": "Closed by the office",
    "solved": "Solved, the citizen says",
}
