"""The offices' API as an agent sees it, on the real application; checked by its OpenAPI."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection
from sqlalchemy import select

from bot.db.models import Site, SiteSync, Ticket
from bot.db.models.base import now
from bot.services.alerts import raise_alert, settle_alert
from bot.settings import Settings
from webhook.api.sites import LARGEST_REQUEST, MOST_TICKETS, openapi
from webhook.app import create_app

ADDRESS = "/api/v1/sites/0102/tickets"
TICKET = {"code": "010221070034", "status": "paid", "phone": "012000678", "version": 1}


@pytest.fixture
def app(sessions, database_url, tmp_path):
    made = create_app(
        Settings(database_url=database_url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3")
    )
    yield made
    made.extensions["chrok"].sessions.kw["bind"].dispose()


@pytest.fixture
def flask(app):
    def run(*arguments):
        done = app.test_cli_runner().invoke(args=arguments)
        assert done.exit_code == 0, done.output
        return done.output

    return run


@pytest.fixture
def token(flask):
    return flask("sites", "token", "0102").strip()


@pytest.fixture
def put(app, token):
    def send(content=None, *, address=ADDRESS, bearer=None, **options):
        headers = {"Authorization": f"Bearer {bearer or token}"}
        if content is not None:
            options["json"] = content
        return app.test_client().put(address, headers=headers, **options)

    return send


def error(answer):
    return answer.get_json()["error"]


def test_a_batch_is_stored_and_each_row_told(put, sessions):
    answer = put({"tickets": [TICKET, {**TICKET, "code": "010221070035", "status": "finished"}]})
    assert answer.status_code == 200
    content = answer.get_json()
    assert content["counts"] == {"created": 1, "refused": 1}
    assert content["results"][0] == {"code": "010221070034", "version": 1, "outcome": "created"}
    [refused] = content["results"][1]["errors"]
    assert refused["field"] == "status"
    assert "'finished'" in refused["message"]
    with sessions() as session:
        assert session.get(Ticket, "010221070034").status == "paid"
        assert session.get(Ticket, "010221070035") is None


def test_an_empty_batch_says_that_the_office_is_there(put, sessions):
    assert put({"tickets": []}).get_json()["received"] == 0
    with sessions() as session:
        assert len(session.scalars(select(SiteSync)).all()) == 1


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer wrong", "Bearer \x00"]
)
def test_without_the_right_token_nothing_is_stored(app, token, sessions, header):
    headers = {} if header is None else {"Authorization": header}
    answer = app.test_client().put(ADDRESS, json={"tickets": [TICKET]}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert token not in answer.get_data(as_text=True)
    with sessions() as session:
        assert session.get(Ticket, "010221070034") is None


def test_a_token_is_for_its_own_site_and_an_unknown_site_is_not_told_apart(put, flask):
    other = flask("sites", "token", "0103").strip()
    wrong = put({"tickets": []}, bearer=other)
    unknown = put({"tickets": []}, address="/api/v1/sites/9999/tickets")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert error(wrong) == error(unknown)


def test_a_rotated_token_ends_at_once_and_is_printed_alone(put, flask):
    assert put({"tickets": []}).status_code == 200
    printed = flask("sites", "token", "0102")
    assert printed.count("\n") == 1
    assert len(printed.strip()) == 43
    assert put({"tickets": []}).status_code == 401
    assert put({"tickets": []}, bearer=printed.strip()).status_code == 200


def test_a_revoked_token_is_worth_nothing(put, flask):
    flask("sites", "revoke", "0102")
    assert put({"tickets": []}).status_code == 401


def test_the_token_is_stored_as_a_digest_only(token, sessions, flask):
    with sessions() as session:
        row = session.connection().exec_driver_sql("SELECT * FROM sites").mappings().one()
    assert token not in str(dict(row))
    assert token not in flask("sites", "list")


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        (["203.0.113.7"], "203.0.113.7", 200),
        (["203.0.113.7"], "203.0.113.8", 403),
        (["10.20.0.0/16", "2001:db8::/32"], "10.20.9.9", 200),
        (["10.20.0.0/16", "2001:db8::/32"], "2001:db8::1", 200),
        (["10.20.0.0/16"], "2001:db8::1", 403),
    ],
)
def test_a_list_of_addresses_is_kept(put, flask, networks, address, status):
    flask("sites", "allow", "0102", *networks)
    answer = put({"tickets": []}, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
    flask("sites", "allow", "0102", "--anywhere")
    assert put({"tickets": []}, environ_base={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "status"),
    [
        ("0", "203.0.113.7", 403),
        ("1", "203.0.113.7", 200),
        # What a sender invents stands before what our proxy adds.
        ("1", "203.0.113.7, 198.51.100.9", 403),
        ("1", "198.51.100.9, 203.0.113.7", 200),
        ("2", "203.0.113.7, 10.0.0.1", 200),
    ],
)
def test_behind_a_proxy_the_address_is_what_our_own_proxy_saw(
    sessions, database_url, tmp_path, flask, token, proxies, forwarded, status
):
    flask("sites", "allow", "0102", "203.0.113.7")
    settings = Settings(
        database_url=database_url,
        queue_url=f"sqlite:///{tmp_path}/behind.sqlite3",
        trusted_proxies=proxies,
    )
    behind = create_app(settings)
    answer = behind.test_client().put(
        ADDRESS,
        json={"tickets": []},
        headers={"Authorization": f"Bearer {token}", "X-Forwarded-For": forwarded},
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    assert answer.status_code == status
    behind.extensions["chrok"].sessions.kw["bind"].dispose()


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400, "not_json"),
        ({"data": b"\xff", "content_type": "application/json"}, 400, "not_json"),
        ({"data": b"[" * 100_000, "content_type": "application/json"}, 400, "not_json"),
        ({"data": b"{}", "content_type": "text/plain"}, 415, "not_json"),
        ({"content": []}, 422, "no_tickets"),
        ({"content": {"tickets": None}}, 422, "no_tickets"),
        ({"content": {"tickets": [], "site": "0102"}}, 422, "unknown_field"),
        ({"content": {"tickets": [1]}}, 422, "not_an_object"),
        ({"content": {"tickets": [TICKET] * (MOST_TICKETS + 1)}}, 413, "too_many"),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_with_how_to_mend_it(
    put, sessions, options, status, code
):
    answer = put(**options)
    assert (answer.status_code, error(answer)["code"]) == (status, code)
    assert error(answer)["message"]
    with sessions() as session:
        [sync] = session.scalars(select(SiteSync)).all()
    assert (sync.outcome, sync.failure) == ("refused", code)


def test_a_request_that_is_too_large_is_refused_before_it_is_read(put):
    answer = put(data=b" " * (LARGEST_REQUEST + 1), content_type="application/json")
    assert (answer.status_code, error(answer)["code"]) == (413, "too_large")


def test_a_full_batch_in_khmer_fits(put):
    words = "ប័ណ្ណបើកបរ" * 30
    tickets = [
        {**TICKET, "code": f"01022107{number:04}", "service": words[:300]}
        for number in range(MOST_TICKETS)
    ]
    body = json.dumps({"tickets": tickets}).encode()
    assert len(body) > 1_000_000
    answer = put(data=body, content_type="application/json")
    assert answer.get_json()["counts"] == {"created": MOST_TICKETS}


def test_without_a_database_nothing_is_lost(app, put, tmp_path, monkeypatch):
    broken = create_app(
        Settings(
            database_url=f"sqlite:///{tmp_path}/empty.sqlite3",
            queue_url=f"sqlite:///{tmp_path}/queue2.sqlite3",
        )
    )
    answer = broken.test_client().put(
        ADDRESS, json={"tickets": []}, headers={"Authorization": "Bearer x"}
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert error(answer)["code"] == "unavailable"


def test_an_operator_sees_sites_and_what_they_sent(put, flask):
    put({"tickets": [TICKET]})
    put({"tickets": [{**TICKET, "version": 0}]})
    flask("sites", "add", "border-unit", "--place", "01", "--name-en", "Border unit")
    listed = flask("sites", "list")
    assert "0102  place 0102" in listed
    assert "border-unit  place 01  no token  from anywhere  last sync never" in listed
    log = flask("sites", "log", "0102")
    assert "1 created" in log
    assert "1 stale" in log


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sites", "token", "my site"], "is no site"),
        (["sites", "allow", "0102", "here"], "is no address or network"),
        (["sites", "allow", "0102"], "--anywhere"),
        (["sites", "revoke", "9999"], "there is no site '9999'"),
        (["sites", "add", "x", "--place", "9999"], "no NCDD code"),
    ],
)
def test_an_operator_s_mistake_is_explained(app, token, arguments, words):
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code != 0
    assert words in done.output


def test_an_import_can_be_tried_without_writing(app, flask, sessions, tmp_path):
    path = tmp_path / "tickets.csv"
    assert "written" in flask("tickets", "template", str(path))
    header = path.read_text(encoding="utf-8-sig")
    assert header.startswith("code,site,sector,service,status,phone,requested_on,expected_on,")
    path.write_text(header + "010221070034,0102,,,paid,,,,,,1\n", encoding="utf-8")
    assert "would be: 1 created" in flask("tickets", "import", str(path), "--dry-run")
    with sessions() as session:
        assert session.get(Ticket, "010221070034") is None
    assert "1 created" in flask("tickets", "import", str(path))
    path.write_text(header + "1,0102,,,paid,,,,,,1\n", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["tickets", "import", str(path)])
    assert done.exit_code == 1
    assert "line 2, column code" in done.output
    assert "nothing was changed" in done.output


def test_the_description_is_served_and_names_what_the_code_keeps(app):
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    assert described == openapi()
    batch = described["components"]["schemas"]["Batch"]
    assert batch["properties"]["tickets"]["maxItems"] == MOST_TICKETS


@pytest.mark.parametrize(
    ("mode", "expected"), [(GenerationMode.POSITIVE, {200}), (GenerationMode.NEGATIVE, {200, 422})]
)
def test_the_api_answers_as_its_description_says(app, token, mode, expected):
    """Schemathesis makes requests that follow the description or break it; each answer is checked.

    A broken header or address is put right, so that the body is what the test is about: such a
    request is accepted rightly.
    """
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema["/api/v1/sites/{site}/tickets"]["PUT"]
    statuses = set()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case):
        case.path_parameters = {"site": "0102"}
        answer = case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=[negative_data_rejection]
        )
        statuses.add(answer.status_code)

    check()
    assert expected <= statuses


def test_a_silent_site_and_an_open_alert_show_in_readyz(app, put, sessions):
    put({"tickets": []})
    calm = app.test_client().get("/readyz").get_json()
    assert (calm["silent_sites"], calm["alerts"]) == ([], [])
    with sessions.begin() as session:
        session.get(Site, "0102").silent_from = now() - timedelta(minutes=1)
        assert raise_alert(session, "tickets_probed", "0102", key="k", details={"senders": 9})
        assert not raise_alert(session, "tickets_probed", "0102", key="k", details={})
    worried = app.test_client().get("/readyz").get_json()
    assert [site["site"] for site in worried["silent_sites"]] == ["0102"]
    [alert] = worried["alerts"]
    assert (alert["kind"], alert["subject"], alert["details"]) == (
        "tickets_probed",
        "0102",
        {"senders": 9},
    )
    with sessions.begin() as session:
        assert settle_alert(session, alert["id"])
    assert app.test_client().get("/readyz").get_json()["alerts"] == []


def test_an_operator_lists_alerts_and_settles_them(app, flask, sessions):
    assert flask("alerts", "list") == "no open alerts\n"
    with sessions.begin() as session:
        raise_alert(session, "tickets_probed", "0102", key="k", details={"senders": 10})
    listed = flask("alerts", "list")
    assert "tickets_probed 0102  senders 10" in listed
    alert_id = listed.split()[0]
    assert flask("alerts", "settle", alert_id) == f"settled: {alert_id}\n"
    assert flask("alerts", "list") == "no open alerts\n"
    done = app.test_cli_runner().invoke(args=["alerts", "settle", alert_id])
    assert "there is no open alert" in done.output
