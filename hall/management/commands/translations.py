"""Keep the English catalogue equal to the words in the code: `translations --check | --update | --compile`.

The source language is Chinese, so the Chinese pages are complete by themselves and English is one catalogue.
Neither xgettext nor msgfmt is needed: the words are found by Babel and Django's own template parser.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,
    "_l": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
ROOMS = ("hall", "staffing", "cases", "intake", "consultations", "hearings", "accountability")
HEADER: dict[str, Any] = {
    "project": "reception hall", "version": "1", "msgid_bugs_address": "none", "last_translator": "the hall's authors",
    "language_team": "English",
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def found() -> Catalog:
    """Every message in the code and the templates, with where it stands."""
    base, catalog = Path(settings.BASE_DIR), Catalog(locale="en", charset="utf-8", **HEADER)
    for path, text in _sources(base):
        for line, message, _comments, context in extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"}
        ):
            catalog.add(message, locations=[(str(path.relative_to(base)), line)], context=context)
    return catalog


def _sources(base: Path) -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in sorted((base / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text(encoding="utf-8")
    for path in sorted((base / "templates").rglob("*")):
        if path.suffix in (".html", ".txt", ".xml"):
            yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def _placeholders(text: str | tuple[str, ...] | list[str]) -> set[str]:
    return set(PLACEHOLDER.findall(text if isinstance(text, str) else " ".join(text)))


class Command(BaseCommand):
    help = "Check, update or compile the English catalogue."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument(
            "--check", action="store_true", help="fail when a word has no English, or is stale"
        )
        group.add_argument("--update", action="store_true", help="add new words, drop stale ones")
        group.add_argument("--compile", action="store_true", help="write django.mo")

    def handle(self, *args: object, **options: Any) -> None:
        path = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
        known = Catalog(locale="en", charset="utf-8")
        if path.exists():
            with path.open("rb") as file:
                known = read_po(file, locale="en")
        if options["compile"]:
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, known)
        elif options["update"]:
            self._update(path, known)
        else:
            self._check(known)

    def _update(self, path: Path, known: Catalog) -> None:
        fresh = found()
        for message in fresh:
            old = known.get(message.id, message.context) if message.id else None
            if old is not None:
                message.string = old.string
            message.locations = []
            message.flags.discard("fuzzy")
        fresh.header_comment = "# English for the reception hall; the words in the code are Chinese."
        fresh.fuzzy = False
        # Dates that move by themselves would change the file when no word has.
        fresh.creation_date = fresh.revision_date = known.creation_date
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, fresh, sort_output=True, omit_header=False, width=110, no_location=True)
        missing = sum(1 for message in fresh if message.id and not message.string)
        self.stdout.write(f"{len(fresh)} messages, {missing} without English")

    def _check(self, known: Catalog) -> None:
        fresh, wrong = found(), []
        for message in fresh:
            if not message.id:
                continue
            old = known.get(message.id, message.context)
            where = ":".join(map(str, message.locations[0])) if message.locations else "?"
            if old is None or not old.string or (isinstance(old.string, tuple) and not all(old.string)):
                wrong.append(f"{where}: no English for {message.id!r}")
            elif _placeholders(old.string) != _placeholders(message.id):
                wrong.append(f"{where}: other placeholders in the English for {message.id!r}")
        wrong += [
            f"stale: {message.id!r}"
            for message in known
            if message.id and fresh.get(message.id, message.context) is None
        ]
        if wrong:
            raise CommandError("\n".join([*wrong[:60], f"{len(wrong)} to mend: run translations --update"]))
        self.stdout.write(f"{len(fresh)} messages, all with English")
