"""Write every encrypted column anew with the first key of HALL_FIELD_KEYS, after a key was put in front.

Restartable: a row that already has the first key is left alone. The keyed indexes do not change. The words of
issued papers are sealed with the key of their day and are never changed, so a former key stays in the list as
long as such papers are kept.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from hall.fields import EncryptedTextField, decrypt, encrypt, is_current

BATCH = 500


class Command(BaseCommand):
    help = "Re-encrypt personal data with the first key of HALL_FIELD_KEYS."

    def handle(self, *args: object, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    count = self._column(model._meta.db_table, str(model._meta.pk.column), str(field.column))
                    self.stdout.write(f"{model._meta.label}.{field.name}: {count} re-encrypted")

    def _column(self, table: str, key: str, column: str) -> int:
        quote = connection.ops.quote_name
        table, key, column = quote(table), quote(key), quote(column)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key} FROM {table} WHERE length({column}) > 0 ORDER BY {key}")  # noqa: S608
            keys = [row[0] for row in cursor.fetchall()]
        done = 0
        for start in range(0, len(keys), BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                # What is only ever added lets its words be written anew under another key, and nothing else.
                cursor.execute("SET LOCAL hall.reencrypting = 'on'")
                cursor.execute(
                    f"SELECT {key}, {column} FROM {table} WHERE {key} = ANY(%s) FOR UPDATE",  # noqa: S608
                    [keys[start : start + BATCH]],
                )
                stale = [(pk, bytes(blob)) for pk, blob in cursor.fetchall() if not is_current(bytes(blob))]
                cursor.executemany(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s",  # noqa: S608
                    [(encrypt(decrypt(blob)), pk) for pk, blob in stale],
                )
                done += len(stale)
        return done
