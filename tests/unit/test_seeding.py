"""The shipped reference data: whole, sourced, loaded once, never over what the NGO imported."""

import csv
import shutil

import pytest
from sqlalchemy import func, select

from bot.db.models import (
    FeeTier,
    Office,
    Place,
    PlaceAlias,
    RequiredDocument,
    Sector,
    Service,
    ServicePhrase,
)
from bot.db.models.catalogue import FACET_SEPARATOR, SHORT_NAME_CHARACTERS
from bot.services.catalogue_import import import_catalogue, read_state
from bot.services.catalogue_reading import CatalogueFileError
from bot.services.seeding import SEEDS, seed
from tests.unit.databases import new_sessions


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    sessions = new_sessions(tmp_path_factory.mktemp("seeded"))
    with sessions.begin() as session:
        seed(session)
    with sessions() as session:
        yield session


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SEEDS, tmp_path / "seeds")


@pytest.mark.parametrize(
    ("model", "rows"),
    [(Service, 67), (FeeTier, 118), (RequiredDocument, 108), (Office, 26), (Sector, 11)],
)
def test_every_row_of_the_collected_catalogue_is_there(seeded, model, rows):
    assert seeded.scalar(select(func.count()).select_from(model)) == rows


@pytest.mark.parametrize(
    ("level", "rows"), [("province", 25), ("district", 210), ("commune", 1661)]
)
def test_every_place_is_there(seeded, level, rows):
    query = select(func.count()).select_from(Place).where(Place.level == level)
    assert seeded.scalar(query) == rows


@pytest.mark.parametrize(
    ("code", "full_name"),
    [
        ("12", "រាជធានីភ្នំពេញ"),
        ("02", "ខេត្តបាត់ដំបង"),
        ("0110", "ក្រុងប៉ោយប៉ែត"),
        ("0102", "ស្រុកមង្គលបូរី"),
        ("1202", "ខណ្ឌដូនពេញ"),
        ("010201", "ឃុំបន្ទាយនាង"),
        ("011002", "សង្កាត់ប៉ោយប៉ែត"),
    ],
)
def test_a_place_is_called_by_its_kind(seeded, code, full_name):
    assert seeded.get(Place, code).full_name_km == full_name


def test_short_names_fit_a_button_and_tell_services_apart(seeded):
    for column in (Service.short_name_km, Service.short_name_en):
        names = list(seeded.scalars(select(column)))
        assert max(map(len, names)) <= SHORT_NAME_CHARACTERS
        assert len(set(names)) == len(names)


def test_labels_have_as_many_facets_in_khmer_as_in_english(seeded):
    for tier in seeded.scalars(select(FeeTier)):
        assert len(tier.facets_km) == len(tier.facets_en), tier.label_en
        assert not (tier.label_en or "").startswith(FACET_SEPARATOR)


def test_tiers_of_a_service_can_be_told_apart(seeded):
    for service in seeded.scalars(select(Service)):
        labels = [(tier.label_km, tier.label_en) for tier in service.tiers]
        assert len(set(labels)) == len(labels), service.id


def test_a_fee_not_seen_in_a_source_stays_unknown_and_free_is_zero(seeded):
    assert sum(not tier.fee_is_known for tier in seeded.scalars(select(FeeTier))) == 43 - 1
    assert seeded.get(FeeTier, ("birth-registration", 1)).fee_riel == 0
    assert seeded.get(FeeTier, ("border-pass", 1)).fee_text_en.startswith("5 USD")
    posted = seeded.get(FeeTier, ("legalisation-business-certificate", 1))
    assert (posted.fee_maximum_riel, posted.fee_reduced_riel, posted.fee_riel) == (1000, 500, None)


def test_seeding_again_does_nothing(tmp_path):
    sessions = new_sessions(tmp_path)
    with sessions.begin() as session:
        assert seed(session)
    with sessions.begin() as session:
        assert not seed(session)


def edit(path, change):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    rows = change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def with_fee(service_id, fee):
    def change(rows):
        for row in rows:
            if row["service_id"] == service_id:
                row["fee_riel"] = fee
        return rows

    return change


def test_changed_seed_files_change_the_catalogue_except_where_the_ngo_imported(tmp_path, folder):
    sessions = new_sessions(tmp_path)
    with sessions.begin() as session:
        seed(session, folder)
    own = tmp_path / "fee_tiers.csv"
    shutil.copy(folder / "catalogue" / "fee_tiers.csv", own)
    edit(own, with_fee("vehicle-registration-car", "126000"))
    with sessions.begin() as session:
        assert import_catalogue(session, own).changed == 1
    edit(folder / "catalogue" / "fee_tiers.csv", with_fee("vehicle-registration-car", "1"))
    edit(folder / "catalogue" / "fee_tiers.csv", with_fee("vehicle-registration-motorcycle", "2"))
    with sessions.begin() as session:
        seed(session, folder)
    with sessions() as session:
        assert session.get(FeeTier, ("vehicle-registration-car", 1)).fee_riel == 126_000
        assert session.get(FeeTier, ("vehicle-registration-motorcycle", 1)).fee_riel == 2


def test_a_service_that_the_ngo_removed_does_not_come_back(tmp_path, folder):
    sessions = new_sessions(tmp_path)
    with sessions.begin() as session:
        seed(session, folder)
    own = tmp_path / "services.csv"
    shutil.copy(folder / "catalogue" / "services.csv", own)
    edit(own, lambda rows: [row for row in rows if row["id"] != "barber-men"])
    with sessions.begin() as session:
        import_catalogue(session, own, remove_missing=True)
    edit(folder / "catalogue" / "fee_tiers.csv", with_fee("barber-men", "1"))
    with sessions.begin() as session:
        seed(session, folder)
    with sessions() as session:
        assert session.get(Service, "barber-men") is None
        assert session.scalar(select(func.count()).select_from(Service)) == 66


def test_a_row_that_leaves_the_seed_files_leaves_the_catalogue(tmp_path, folder):
    sessions = new_sessions(tmp_path)
    with sessions.begin() as session:
        seed(session, folder)
    edit(folder / "catalogue" / "offices.csv", lambda rows: rows[1:])
    with sessions.begin() as session:
        assert seed(session, folder).catalogue_changes == 1


def test_an_unknown_service_in_the_phrases_stops_seeding_and_names_the_line(tmp_path, folder):
    sessions = new_sessions(tmp_path)
    path = folder / "catalogue" / "service_phrases.csv"
    path.write_text("service_id,language,phrase\nno-such-service,km,ពាក្យ\n", encoding="utf-8")
    expected = pytest.raises(
        CatalogueFileError, match=r"line 2, column service_id.*no-such-service"
    )
    with expected, sessions.begin() as session:
        seed(session, folder)
    with sessions() as session:
        assert all(not records for records in read_state(session).values())
        assert session.scalar(select(func.count()).select_from(Place)) == 0


def test_an_alias_of_an_unknown_place_stops_seeding_and_names_the_line(tmp_path, folder):
    (folder / "places" / "aliases.csv").write_text("place_code,alias\n9999,Nowhere\n")
    sessions = new_sessions(tmp_path)
    expected = pytest.raises(CatalogueFileError, match=r"aliases.csv, line 2.*9999")
    with expected, sessions.begin() as session:
        seed(session, folder)


def test_every_province_capital_has_an_alias_or_one_spelling(seeded):
    aliased = set(seeded.scalars(select(PlaceAlias.place_code)))
    provinces = set(seeded.scalars(select(Place.code).where(Place.level == "province")))
    assert provinces <= aliased


def test_phrases_belong_to_known_services(seeded):
    orphans = select(ServicePhrase).where(ServicePhrase.service_id.not_in(select(Service.id)))
    assert seeded.scalars(orphans).all() == []
