"""How long a budget answer takes, and how that grows with the number of budgets.

Runs in the application's environment: `.venv/bin/python -m benchmarks.budgets [--json FILE]`.
Two SQLite databases, one with every commune × 5 years × 40 lines and one with a tenth of the
communes, are asked in turn, so that the machine's moods hit both alike. An answer is the whole
dialogue in its own session (place and year out of the text, report, wording); a page is the whole
request of /budgets/<code>.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from benchmarks.preparation import empty_folder
from benchmarks.tables import percentile, print_table, write_json
from bot.db.migrate import upgrade
from bot.db.models import BudgetLine, Place, Population
from bot.db.session import SessionFactory
from bot.services.budget_dialogue import BudgetDialogue
from bot.services.budget_links import BudgetLinks
from bot.services.dialogue import Context, Heard
from bot.services.places import PlaceFinder
from bot.services.seeding import seed
from bot.settings import Settings
from bot.wording import wording
from webhook.app import create_app

YEARS = range(2021, 2026)
CHAPTERS = ("21", "60", "61", "64", "65")
LINES_OF_A_CHAPTER = 8
_AT_ONCE = 10_000
_TODAY = date(2026, 1, 1)
_ASKED = ("answer", "page")


@dataclass(frozen=True)
class Site:
    """One database with the application on it."""

    sessions: SessionFactory
    finder: PlaceFinder
    communes: Sequence[Place]
    lines: int
    get: Callable[[str], Any]

    def ask(self, commune: Place, year: int) -> None:
        """One budget question in the chat, answered."""
        # By its code, for some names have several readings and lead to a question instead.
        text = f"ថវិកាឃុំ {commune.code} ឆ្នាំ{year}"
        with self.sessions() as session:
            links = BudgetLinks("http://localhost")
            dialogue = BudgetDialogue(session, self.finder, wording(), links, _TODAY)
            turn = dialogue.begin(Heard(text, "km", "ask_budget"), Context())
        assert "រៀល" in turn.replies[0].text, turn

    def open(self, commune: Place, year: int) -> None:
        """The page of the same budget."""
        assert self.get(f"/budgets/{commune.code}?year={year}").status_code == 200


def main() -> None:
    """Print the table and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    folder = empty_folder("budgets")
    full, tenth = build_site(folder / "full", 1), build_site(folder / "tenth", 10)
    times = measure({"full": full, "tenth": tenth}, options.questions)
    figures = summary(times)
    figures["lines"] = {"full": full.lines, "tenth": tenth.lines}
    _print(figures)
    write_json(options.json, figures)


def build_site(folder: Path, every: int) -> Site:
    """A database with the budgets of every so-manieth commune, and the application on it."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder}/budgets.sqlite3"
    upgrade(url)
    app = create_app(Settings(database_url=url, queue_url=f"sqlite:///{folder}/queue.sqlite3"))
    sessions: SessionFactory = app.extensions["chrok"].sessions
    with sessions.begin() as session:
        seed(session)
        query = select(Place).where(Place.level == "commune").order_by(Place.code)
        communes = session.scalars(query).all()[::every]
        lines = 0
        for rows in _batches(communes):
            session.execute(insert(BudgetLine), rows)
            lines += len(rows)
        session.execute(
            insert(Population),
            [
                {"place_code": c.code, "year": 2024, "people": 9_000, "source": "b", "is_sample": 0}
                for c in communes
            ],
        )
        finder = PlaceFinder.from_session(session)
    return Site(sessions, finder, communes, lines, app.test_client().get)


def measure(sites: dict[str, Site], questions: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of each question, by site and by what was asked; the sites take turns."""
    chance = Random("budgets")
    times: dict[str, dict[str, list[float]]] = {
        name: {asked: [] for asked in _ASKED} for name in sites
    }
    for number in range(-10, questions):
        for name, site in sites.items():
            commune, year = chance.choice(site.communes), chance.choice(YEARS)
            for asked, run in (("answer", site.ask), ("page", site.open)):
                began = time.perf_counter()
                run(commune, year)
                if number >= 0:
                    times[name][asked].append((time.perf_counter() - began) * 1000)
    return times


def summary(times: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    """p50 and p95 by site, and how many times longer ten times the data take."""
    figures: dict[str, Any] = {
        name: {
            asked: {"p50": round(median(values), 2), "p95": round(percentile(values, 0.95), 2)}
            for asked, values in by_asked.items()
        }
        for name, by_asked in times.items()
    }
    figures["growth"] = {
        asked: round(median(times["full"][asked]) / median(times["tenth"][asked]), 2)
        for asked in _ASKED
    }
    return figures


def _batches(communes: Sequence[Place]) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    for commune in communes:
        for year in YEARS:
            rows += [
                _line(commune.code, year, c, n) for c in CHAPTERS for n in range(LINES_OF_A_CHAPTER)
            ]
            if len(rows) >= _AT_ONCE:
                yield rows
                rows = []
    if rows:
        yield rows


def _line(place: str, year: int, chapter: str, number: int) -> dict[str, Any]:
    """The chapter itself, then its accounts."""
    amount = 70_000_000 if number == 0 else 10_000_000
    return {
        "place_code": place,
        "year": year,
        "kind": "expenditure",
        "chapter": chapter,
        "account": f"{chapter}1{number}" if number else "",
        "name_km": f"ខ្ទង់ {chapter} {number}",
        "name_en": f"Line {chapter} {number}",
        "planned": amount,
        "revised": None,
        "actual": amount * 9 // 10,
        "source": "benchmark",
        "is_sample": False,
    }


def _print(figures: dict[str, Any]) -> None:
    rows = [
        [
            asked,
            *(figures["full"][asked][cut] for cut in ("p50", "p95")),
            *(figures["tenth"][asked][cut] for cut in ("p50", "p95")),
            f"{figures['growth'][asked]:.2f}",
        ]
        for asked in _ASKED
    ]
    lines = figures["lines"]
    print_table(
        f"Budgets: {lines['full']:,} lines against {lines['tenth']:,} (milliseconds)",
        ["", "p50", "p95", "p50 of a tenth", "p95 of a tenth", "growth"],
        rows,
    )


if __name__ == "__main__":
    main()
