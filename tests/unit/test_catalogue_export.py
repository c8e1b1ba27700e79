"""The catalogue as spreadsheets, which read in change nothing."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import insert

from bot.db.models import FeeTier, Sector, Service
from bot.errors import CatalogueError
from bot.services.catalogue_export import export_catalogue
from bot.services.catalogue_import import read_state
from bot.services.catalogue_tables import TABLES
from tests.unit.catalogue_files import run
from tests.unit.databases import new_sessions, seeded_sessions


@pytest.fixture
def sessions(tmp_path):
    return seeded_sessions(tmp_path)


@pytest.mark.parametrize("name", ["all.xlsx", *(f"{table}.csv" for table in TABLES)])
def test_importing_an_export_changes_nothing(sessions, tmp_path, name):
    with sessions() as session:
        assert export_catalogue(session, tmp_path / name) > 0
    assert run(sessions, tmp_path / name).summary() == "0 added, 0 changed, 0 removed"


def test_an_exported_workbook_opens_readably(sessions, tmp_path):
    with sessions() as session:
        export_catalogue(session, tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == list(TABLES)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert all(8 <= sheet.column_dimensions[c.column_letter].width <= 60 for c in sheet[1])


def test_an_export_to_an_unknown_name_says_which_names_there_are(sessions, tmp_path):
    with sessions() as session, pytest.raises(CatalogueError, match=r"fee_tiers\.csv"):
        export_catalogue(session, tmp_path / "fees.csv")


@pytest.mark.parametrize("name", ["x.xlsx", "sectors.csv"])
def test_no_exported_cell_runs_as_a_formula(tmp_path, name):
    sessions = new_sessions(tmp_path)
    with sessions.begin() as session:
        session.add(Sector(id="a", position=1, name_km='=HYPERLINK("http://x")', name_en="+1"))
    with sessions() as session:
        export_catalogue(session, tmp_path / name)
    if name == "x.xlsx":
        cells = load_workbook(tmp_path / name)["sectors"][2]
        assert [cell.data_type for cell in cells] == ["s", "n", "s", "s"]
    else:
        assert "'=HYPERLINK" in (tmp_path / name).read_text(encoding="utf-8-sig")
    assert run(sessions, tmp_path / name).summary() == "0 added, 0 changed, 0 removed"


WORDS = st.text(
    st.one_of(
        st.sampled_from("=+-@'\"\t\n,;ក្ខេម១ \u200b"),
        st.characters(exclude_categories=["Cc", "Cs", "Cn"]),
    ),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip() and not any(ord(c) & 0xFFFE == 0xFFFE for c in text))
MAYBE = st.none() | WORDS
SLUGS = st.text(string.ascii_lowercase, min_size=1, max_size=10)
AMOUNTS = st.none() | st.integers(0, 2**53)


@st.composite
def catalogues(draw):
    services = draw(st.lists(SLUGS, min_size=1, max_size=4, unique=True))
    tiers = draw(
        st.lists(st.tuples(st.sampled_from(services), st.integers(1, 5)), max_size=6, unique=True)
    )
    return {
        Sector: [{"id": "s", "position": 1, "name_km": draw(WORDS), "name_en": draw(WORDS)}],
        Service: [
            {
                "id": service,
                "sector_id": "s",
                "position": draw(st.integers(0, 2**31 - 1)),
                "level": draw(st.sampled_from(["province", "district", "commune"])),
                "kind": draw(st.sampled_from(["service", "fine"])),
                **{n: draw(WORDS) for n in ("name_km", "name_en")},
                **{n: draw(WORDS) for n in ("short_name_km", "short_name_en")},
                "name_km_is_translation": draw(st.booleans()),
                "name_en_is_translation": draw(st.booleans()),
                "legal_basis": draw(MAYBE),
                "note": draw(MAYBE),
            }
            for service in services
        ],
        FeeTier: [
            {
                "service_id": service,
                "position": position,
                "level": "commune",
                "keywords": draw(MAYBE),
                "fee_riel": draw(AMOUNTS),
                "fee_text_en": draw(MAYBE),
                "duration_working_days": draw(st.none() | st.integers(0, 400)),
                "source_url": "https://example.org/",
                "source_read_on": draw(st.dates()),
                "note": draw(MAYBE),
            }
            for service, position in tiers
        ],
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(catalogue=catalogues(), as_workbook=st.booleans())
def test_export_then_import_is_the_identity(tmp_path_factory, catalogue, as_workbook):
    folder = tmp_path_factory.mktemp("identity")
    (folder / "other").mkdir()
    first, second = new_sessions(folder), new_sessions(folder / "other")
    with first.begin() as session:
        for model, rows in catalogue.items():
            if rows:
                session.execute(insert(model), rows)
        state = read_state(session)
        names = ["all.xlsx"] if as_workbook else ["sectors.csv", "services.csv", "fee_tiers.csv"]
        for name in names:
            export_catalogue(session, folder / name)
    for sessions in (first, second):
        for name in names:
            if catalogue[FeeTier] or name != "fee_tiers.csv":
                run(sessions, folder / name)
        with sessions() as session:
            assert read_state(session) == state
        sessions.kw["bind"].dispose()
