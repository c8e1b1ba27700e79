from sqlalchemy import select

from bot.db.models.catalogue import Service, ServicePhrase
from bot.services.catalogue_index import load_index
from tests.unit.databases import seeded_sessions


def test_the_index_follows_the_phrases_and_names_in_the_database(tmp_path):
    with seeded_sessions(tmp_path)() as session:
        service = session.scalars(select(Service).where(Service.id == "barber-men")).one()
        service.name_en = "Zeppelin mooring"
        session.add(ServicePhrase(service_id="barber-men", language="en", phrase="hydrogen refill"))
        session.flush()
        index = load_index(session)
    assert index.search("zeppelin mooring")[0].service_id == "barber-men"
    assert index.search("hydrogen refill")[0].service_id == "barber-men"
    assert index.search("my bike has no plate")[0].service_id == "vehicle-registration-motorcycle"
    assert index.not_offered_topic("renew my passport") == "passport"
