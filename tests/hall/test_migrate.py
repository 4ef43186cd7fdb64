"""`manage.py migrate` draws few models on its way, and what it leaves is what the models say and what Django makes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from hall.operations.migrating import drawing_little
from hall.operations.programs import address, program
from tests.depth import IS_THOROUGH

pytestmark = pytest.mark.django_db


LITTLE = "from tests.template import main; main()"
FULLY = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), skip_checks=True, verbosity=0)
"""


@contextmanager
def other_database(name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def tables() -> list[type[models.Model]]:
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in found if not model._meta.proxy]


def test_every_table_has_the_columns_of_its_model() -> None:
    with connection.cursor() as cursor:
        for model in tables():
            there = connection.introspection.get_table_description(cursor, model._meta.db_table)
            kept = {field.column: field.null for field in model._meta.local_concrete_fields}
            assert {one.name: one.null_ok for one in there} == kept, model


def test_every_index_and_constraint_of_a_model_stands_in_the_database() -> None:
    with connection.cursor() as cursor:
        for model in tables():
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass",
                [f'"{model._meta.db_table}"'],
            )
            names = {*there, *(name for (name,) in cursor.fetchall())}
            said = {one.name for one in (*model._meta.indexes, *model._meta.constraints)}
            assert said - names == set(), model
            for field in model._meta.local_concrete_fields:
                if isinstance(field, models.ForeignKey) and field.db_constraint:
                    pointing = [one for one in there.values() if one["columns"] == [field.column]]
                    assert any(one["foreign_key"] for one in pointing), field


def test_every_trigger_of_a_model_stands_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        there = {(table.strip('"'), name) for table, name in cursor.fetchall()}
    said = {(model._meta.db_table, trigger.get_pgid(model)) for model, trigger in pgtrigger.registered()}
    assert said - there == set()
    assert len(said) > 200


def test_nothing_of_it_stays_behind() -> None:
    before = Migration.apply, ProjectState._find_reload_model, ProjectState._append_option
    with drawing_little():
        assert Migration.apply is not before[0]
    assert (Migration.apply, ProjectState._find_reload_model, ProjectState._append_option) == before


@pytest.mark.skipif(not IS_THOROUGH, reason="Django's own way takes a minute and more: HALL_THOROUGH=1")
def test_it_leaves_what_django_leaves(transactional_db: None) -> None:
    """The dumps of both are the same, but for the moments at which the steps were taken."""
    said = {}
    for name, start in (("migrated_little", LITTLE), ("migrated_fully", FULLY)):
        with other_database(name):
            env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "HALL_TEST_DATABASE": name}
            subprocess.run([sys.executable, "-c", start], cwd=settings.BASE_DIR, env=env, check=True)
            dump = [program("pg_dump"), "--exclude-table-data=django_migrations"]
            env = address() | {"PGDATABASE": name}
            found = subprocess.run(dump, env=env, capture_output=True, check=True, text=True).stdout
        said[name] = [line for line in found.splitlines() if not line.startswith("\\")]
    assert said["migrated_little"] == said["migrated_fully"]
