"""docs/scale.md says what its figures say."""

import json
from pathlib import Path

from benchmarks.capacity_plan import DEMANDS, FIGURES, processes, tables

PAGE = Path(__file__).resolve().parents[2] / "docs/scale.md"


def test_the_page_shows_the_tables_that_its_figures_give():
    page = PAGE.read_text(encoding="utf-8")
    for table in tables(json.loads(FIGURES.read_text(encoding="utf-8"))):
        assert table in page


def test_twice_the_turns_need_at_most_twice_the_processes_and_never_none():
    assert processes(0.001, 50.0) == 1
    for rate in (1, 5, 20, 80):
        assert processes(rate, 50.0) <= processes(2 * rate, 50.0) <= 2 * processes(rate, 50.0)


def test_more_people_are_never_a_smaller_demand():
    rates = [demand.turns_a_second for demand in DEMANDS]
    assert rates == sorted(rates)
