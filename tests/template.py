"""The database that the tests' own are copied from, migrated: `python -m tests.template`."""

from __future__ import annotations

import gc
import os

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    gc.set_threshold(200_000, 10, 10)
    call_command("migrate", skip_checks=True, verbosity=0)


if __name__ == "__main__":
    main()
