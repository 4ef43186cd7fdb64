"""Give a role of PostgreSQL what web, worker and beat need, and nothing with which a guard could be taken away.

The role reads and writes rows. It owns nothing, so it drops no table and switches no trigger off; what may only be
added (journal, triage, receipts, looks) it can neither change nor delete, whatever becomes of the triggers. It makes no
table and empties none. Run it as the owner, after each `migrate`; a second run changes nothing. A role that is not
there is made, with the password in HALL_ROLE_PASSWORD (docs/operations.md).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg import sql

READ_ONLY = ("django_migrations",)
"""What has been migrated is the owner's word."""
JOURNAL = "hall_journalentry"
"""Whoever walks along it keeps writers out for a moment (`accountability.actions.verify`), by MAINTAIN alone."""
POWERS = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = %s
"""


def kept_from() -> dict[str, set[str]]:
    """Table → UPDATE, DELETE: what its triggers refuse to everybody, without a condition."""
    found: dict[str, set[str]] = {}
    for model, trigger in pgtrigger.registered():
        if type(trigger) is pgtrigger.Protect and trigger.condition is None:  # ReadOnly leaves some columns
            operations = set(str(trigger.operation).split(" OR ")) & {"UPDATE", "DELETE"}
            found.setdefault(model._meta.db_table, set()).update(operations)
    return found


def tables() -> dict[str, str]:
    """Table → its key."""
    models = apps.get_models(include_auto_created=True)
    return {
        one._meta.db_table: str(one._meta.pk.column)
        for one in models
        if one._meta.managed and not one._meta.proxy
    }


def may(table: str, key: str, kept: set[str]) -> list[sql.Composable]:
    """Who locks a row must be able to change a column of it: of a guarded one the key, which a trigger keeps."""
    given: list[sql.Composable] = [sql.SQL(one) for one in ["INSERT", *sorted({"UPDATE", "DELETE"} - kept)]]
    if table == JOURNAL:
        given.append(sql.SQL("MAINTAIN"))
    elif "UPDATE" in kept:
        given.append(sql.SQL("UPDATE ({})").format(sql.Identifier(key)))
    return given


GENERALLY = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA {place} FROM {who}",
    "REVOKE CREATE ON SCHEMA {place} FROM PUBLIC, {who}",
    "GRANT USAGE ON SCHEMA {place} TO {who}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA {place} TO {who}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {place} TO {who}",
)


def grants(role: str, schema: str) -> Iterator[sql.Composed]:
    """The statements, from nothing: what was once given and is not here is taken back."""
    who, kept = sql.Identifier(role), kept_from()
    for statement in GENERALLY:
        yield sql.SQL(statement).format(who=who, place=sql.Identifier(schema))
    for table, key in sorted(tables().items()):
        if table not in READ_ONLY:
            given = sql.SQL(", ").join(may(table, key, kept.get(table, set())))
            yield sql.SQL("GRANT {} ON {} TO {}").format(given, sql.Identifier(table), who)


class Command(BaseCommand):
    help = "Give a PostgreSQL role what web, worker and beat need, and no more; after each migrate, as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="of PostgreSQL; made when it is not there")

    def handle(self, *, role: str, **options: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_schema()")
            owner, schema = cursor.fetchone()
            if owner == role:
                raise CommandError(
                    f"{role} is the owner itself: name another role, and run this as the owner"
                )
            cursor.execute(POWERS, [role])
            known = cursor.fetchone()
            if known is None:
                self._make(role)
            elif known[0]:
                raise CommandError(f"{role} has powers over the whole server: choose a role without them")
            for statement in grants(role, schema):
                cursor.execute(statement)
        self.stdout.write(f"{role} reads and writes rows, and adds to {len(kept_from())} guarded tables")

    def _make(self, role: str) -> None:
        password = os.environ.get("HALL_ROLE_PASSWORD", "")
        if not password:
            raise CommandError(f"{role} is not there; to make it, set HALL_ROLE_PASSWORD")
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
