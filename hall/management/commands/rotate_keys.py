"""Write everything that is encrypted anew with the first key of HALL_FIELD_KEYS, and prove that nothing else is left.

Columns are found from the models. Safe beside running web processes and beside a second run: rows are locked in small
batches and read under the lock. Restartable: what has the first key already is left alone. First put the new key last
and restart every process, so that each can read it; then in front, and restart again; then run this. The former key may
go when it ends with "proven" (docs/keys.md).

Files that are sealed (`SealedFileField`) are written anew too, each under the lock of its row and put in place at once.

With `--index` the look-up columns are made anew too, after HALL_INDEX_KEY or HALL_FIELD_ALGORITHM was changed. A row
is not found by its number until that is done, so that one is for an hour in which no web process runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, connection, models, transaction

from hall.fields import (
    HEADER,
    BlindIndexField,
    EncryptedTextField,
    SealedFileField,
    SealedJSONField,
    Undecryptable,
    blind_index,
    decrypt,
    encrypt,
    header,
    seal,
    sealed,
    unseal,
)

PASSES = 5
"""A process that was not restarted may write with the former key meanwhile; after so many passes we say so."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of bytes, or the text under `sealed` of one of JSON, with the SQL that reads and writes it."""

    name: str
    is_json: bool

    @property
    def read(self) -> str:
        return f"decode({self.name}->>'sealed', 'base64')" if self.is_json else self.name

    @property
    def write(self) -> str:
        if self.is_json:
            return f"{self.name} = jsonb_set({self.name}, '{{sealed}}', to_jsonb(%s::text))"
        return f"{self.name} = %s"

    @property
    def is_stale(self) -> str:
        holds = f"length({self.read}) > 0 AND substr({self.read}, 1, {HEADER}) <> %s"
        return f"({self.name} ? 'sealed' AND {holds})" if self.is_json else f"({holds})"


@dataclass(frozen=True, slots=True)
class Table:
    """One model that holds something encrypted. `indexes`: look-up column → the column it is made of."""

    label: str
    name: str
    key: str
    columns: tuple[Column, ...]
    indexes: tuple[tuple[str, str], ...]
    triggers: str

    @property
    def stale(self) -> str:
        return " OR ".join(column.is_stale for column in self.columns)

    def left(self) -> int:
        """How many rows hold something of a former key or algorithm."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {self.name} WHERE {self.stale}",  # noqa: S608 - names of our own models
                [header()] * len(self.columns),
            )
            return int(cursor.fetchone()[0])


def tables() -> Iterator[Table]:
    """Every table with an encrypted column, as the models say."""
    quote = connection.ops.quote_name
    for model in apps.get_models():
        if not model._meta.managed or model._meta.proxy:
            continue
        fields = model._meta.local_fields
        columns_of = {field.name: str(field.column) for field in fields}
        columns = tuple(
            Column(quote(str(field.column)), isinstance(field, SealedJSONField))
            for field in fields
            if isinstance(field, (EncryptedTextField, SealedJSONField))
        )
        if columns:
            indexes = tuple(
                (quote(str(field.column)), quote(columns_of[field.source]))
                for field in fields
                if isinstance(field, BlindIndexField)
            )
            key = quote(str(model._meta.pk.column))
            table = quote(model._meta.db_table)
            yield Table(model._meta.label, table, key, columns, indexes, _triggers_of(model))


@dataclass(frozen=True, slots=True)
class Files:
    """A column that names sealed files below the private root. One that was erased is no longer there."""

    label: str
    model: type[models.Model]
    field: str

    def stale(self) -> Iterator[tuple[Any, Path, str]]:
        """Rows whose file holds a former key or algorithm: key, place, name."""
        head, rows = header(), self.model._default_manager.order_by("pk")
        for pk, name in rows.values_list("pk", self.field).iterator(chunk_size=2000):
            place = Path(settings.HALL_PRIVATE_ROOT) / name
            try:
                with place.open("rb") as file:
                    if file.read(HEADER) != head:
                        yield pk, place, name
            except FileNotFoundError:
                continue

    def rotate(self) -> int:
        done = 0
        for pk, place, name in self.stale():
            with transaction.atomic():
                # Whoever erases the file holds its row: it does not come back.
                list(self.model._default_manager.select_for_update().filter(pk=pk).values_list("pk"))
                if not place.exists():
                    continue
                try:
                    blob = seal(unseal(place.read_bytes(), name), name)
                except Undecryptable as error:
                    raise CommandError(
                        f"{self.label} {pk}: {error}. What was done before stays done."
                    ) from error
                fresh = place.with_suffix(".tmp")
                fresh.write_bytes(blob)
                fresh.chmod(0o600)
                fresh.replace(place)
            done += 1
        return done


def files() -> list[Files]:
    return [
        Files(model._meta.label, model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedFileField)
    ]


def _triggers_of(model: type[models.Model]) -> str:
    names = [trigger.get_pgid(model) for trigger in getattr(model._meta, "triggers", ())]
    return "{" + ",".join(names) + "}"


class Command(BaseCommand):
    help = (
        "Re-encrypt everything with the first key of HALL_FIELD_KEYS; --index makes the look-up columns anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction")
        said = "the look-up columns too; no web process may run meanwhile"
        parser.add_argument("--index", action="store_true", help=said)
        parser.add_argument("--check", action="store_true", help="change nothing, say what is left")

    def handle(self, *args: object, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        self.stdout.write(f"to key {header()[1:].hex()}, algorithm {header()[0]}")
        found = list(tables())
        if not options["check"]:
            self._rotate(found, options["batch"])
            if options["index"]:
                for table in found:
                    if table.indexes:
                        done = self._indexes(table, options["batch"])
                        self.stdout.write(f"{table.label}: {done} look-up keys made anew")
        self._prove(found)

    def _rotate(self, found: list[Table], size: int) -> None:
        for _pass in range(PASSES):
            for table in found:
                if done := self._table(table, size):
                    self.stdout.write(f"{table.label}: {done} rows re-encrypted")
            for one in files():
                if done := one.rotate():
                    self.stdout.write(f"{one.label}: {done} files re-encrypted")
            if not any(table.left() for table in found):
                break

    def _prove(self, found: list[Table]) -> None:
        left = {table.label: count for table in found if (count := table.left())}
        left |= {
            f"{one.label} (files)": count for one in files() if (count := sum(1 for _row in one.stale()))
        }
        if left:
            rows = ", ".join(f"{label} {count}" for label, count in left.items())
            raise CommandError(
                f"rows that still hold a former key: {rows}. Restart the processes that write with it, then run"
                " rotate_keys again; keep the former key in HALL_FIELD_KEYS until then."
            )
        columns = sum(len(table.columns) for table in found)
        self.stdout.write(f"proven: no row of {len(found)} tables, {columns} columns, holds a former key")

    def _table(self, table: Table, size: int) -> int:
        done, last = 0, None
        while rows := self._batch(table, size, last):
            done, last = done + len(rows), rows[-1]
            self.stdout.write(f"  {table.label} … {done}", self.style.HTTP_INFO)
        return done

    def _batch(self, table: Table, size: int, last: Any) -> list[Any]:
        """The next rows in the order of their keys, each in all its columns; their keys."""
        head = header()
        reads = ", ".join(column.read for column in table.columns)
        after, bound = (f"AND {table.key} > %s", [last]) if last is not None else ("", [])
        with transaction.atomic(), connection.cursor() as cursor:
            # What is only ever added lets the same words be written under another key; this transaction alone.
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [table.triggers])
            # A second run waits here and then sees that the row is done: PostgreSQL asks the condition again.
            cursor.execute(
                f"SELECT {table.key}, {reads} FROM {table.name} WHERE ({table.stale}) {after}"  # noqa: S608
                f" ORDER BY {table.key} LIMIT %s FOR UPDATE",
                [*[head] * len(table.columns), *bound, size],
            )
            rows = cursor.fetchall()
            for pk, *values in rows:
                for column, value in zip(table.columns, values, strict=True):
                    if value and bytes(value)[:HEADER] != head:
                        cursor.execute(
                            f"UPDATE {table.name} SET {column.write} WHERE {table.key} = %s",  # noqa: S608
                            [self._again(table, pk, column, bytes(value)), pk],
                        )
        return [row[0] for row in rows]

    def _again(self, table: Table, pk: Any, column: Column, blob: bytes) -> bytes | str:
        try:
            text = decrypt(blob)
        except Undecryptable as error:
            raise CommandError(f"{table.label} {pk}: {error}. What was done before stays done.") from error
        return sealed(text) if column.is_json else encrypt(text)

    def _indexes(self, table: Table, size: int) -> int:
        done, last = 0, None
        while True:
            read, changed, last = self._index_batch(table, size, last)
            done += changed
            if read < size:
                return done

    def _index_batch(self, table: Table, size: int, last: Any) -> tuple[int, int, Any]:
        names = ", ".join(f"{column}, {source}" for column, source in table.indexes)
        after, bound = (f"WHERE {table.key} > %s", [last]) if last is not None else ("", [])
        changed = 0
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [table.triggers])
                cursor.execute(
                    f"SELECT {table.key}, {names} FROM {table.name} {after}"  # noqa: S608
                    f" ORDER BY {table.key} LIMIT %s FOR UPDATE",
                    [*bound, size],
                )
                rows = cursor.fetchall()
                for pk, *values in rows:
                    for place, (column, _source) in enumerate(table.indexes):
                        old, blob = values[2 * place], values[2 * place + 1]
                        new = blind_index(decrypt(bytes(blob))) if blob else None
                        if new is None or (old is not None and bytes(old) == new):
                            continue
                        cursor.execute(
                            f"UPDATE {table.name} SET {column} = %s WHERE {table.key} = %s",  # noqa: S608
                            [new, pk],
                        )
                        changed += 1
        except Undecryptable as error:
            raise CommandError(f"{table.label}: {error}") from error
        except IntegrityError as error:
            raise CommandError(
                f"{table.label}: two rows have the same number now, one of them written while the look-up columns"
                " were of two keys. Find the double by its number, merge it, and run rotate_keys --index again."
            ) from error
        return len(rows), changed, rows[-1][0] if rows else None
