"""The database that the tests' own are copied from, migrated: `python -m tests.template`.

As `manage.py migrate`, in about half of its time. Nine tenths of that went into drawing the models of the history
anew after each step: so steps that add a trigger draw nothing (a trigger changes no model), waste is looked
for seldom, and which model a setting may replace is asked once for each.
"""

from __future__ import annotations

import gc
import os
from functools import cache
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


def _state_forwards(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    gc.set_threshold(200_000, 10, 10)
    AddTrigger.state_forwards = _state_forwards
    replaceable: Any = apps.get_swappable_settings_name
    apps.get_swappable_settings_name = cache(replaceable)
    call_command("migrate", skip_checks=True, verbosity=0)


if __name__ == "__main__":
    main()
