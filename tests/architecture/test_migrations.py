"""Expand, then contract: the version that is running goes on working with the schema of the next one.

What the running version reads or writes is not taken away, renamed or made compulsory in the release that stops using
it. It is in a later one, and its migration says so: `contracts = "not used since 1.4"` on the class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

ROOMS = {"hall", "staffing", "cases", "intake", "consultations", "hearings", "accountability"}
TAKES_AWAY = (
    migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip
_SQL = re.compile(r"\b(drop\s+(table|column)|rename\s+(to|column)|set\s+not\s+null)\b", re.IGNORECASE)


def faults(migration: migrations.Migration) -> list[str]:
    """What the running version would stumble over."""
    if getattr(migration, "contracts", ""):
        return []
    new = {one.name_lower for one in migration.operations if isinstance(one, migrations.CreateModel)}
    return [fault for operation in migration.operations for fault in _faults(operation, new)]


def _faults(operation: Operation, new: set[str]) -> Iterator[str]:
    """`new`: the models that the migration makes, which the running version does not know."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _faults(inner, new)
    elif getattr(operation, "model_name_lower", None) in new:
        return
    elif isinstance(operation, TAKES_AWAY):
        yield f"takes away: {operation.describe()}"
    elif isinstance(operation, migrations.AddField):
        field = operation.field
        # Django takes its default out of the database again: the running version inserts rows without the column.
        if not (field.null or field.many_to_many or field.has_db_default()):
            yield f"compulsory: {operation.describe()}: give it null=True or db_default"
    elif isinstance(operation, migrations.RunSQL) and _SQL.search(str(operation.sql)):
        yield f"takes away: {operation.sql}"


def ours() -> dict[str, migrations.Migration]:
    """All but the first of each app, before which no version was running, and those that were folded into it."""
    loader = MigrationLoader(None)
    folded = {key for one in (loader.disk_migrations or {}).values() for key in one.replaces}
    return {
        f"{app}.{name}": one
        for (app, name), one in (loader.disk_migrations or {}).items()
        if app in ROOMS and not name.startswith("0001_") and (app, name) not in folded
    }


def test_the_running_version_works_with_the_next_schema() -> None:
    assert {name: found for name, one in ours().items() if (found := faults(one))} == {}


@pytest.mark.parametrize(
    ("operation", "is_fine"),
    [
        (migrations.RemoveField("Case", "title"), False),
        (migrations.RenameField("Case", "title", "subject"), False),
        (migrations.DeleteModel("Case"), False),
        (migrations.RunSQL("ALTER TABLE cases_case DROP COLUMN title"), False),
        (migrations.AddField("Case", "a", models.IntegerField(default=0)), False),
        (migrations.AddField("Case", "a", models.IntegerField(null=True)), True),
        (migrations.AddField("Case", "a", models.IntegerField(db_default=0)), True),
        (migrations.RunSQL("CREATE INDEX CONCURRENTLY a ON b (c)"), True),
        (migrations.SeparateDatabaseAndState([], [migrations.RemoveField("Case", "title")]), True),
        (migrations.SeparateDatabaseAndState([migrations.DeleteModel("Case")], []), False),
    ],
)
def test_what_is_refused(operation: Operation, is_fine: bool) -> None:
    migration = migrations.Migration("0009_x", "cases")
    migration.operations = [operation]
    assert (faults(migration) == []) is is_fine
    migration.contracts = "not used since 1.4"
    assert faults(migration) == []
