"""The database that the tests' own are copied from, migrated: `python -m tests.template`.

As `manage.py migrate`, in a tenth of its time. Nine tenths of that went into drawing nearly all models of the history
anew after each step, for all of them hang together. Here a step draws only the model that it changes, and a trigger,
an index or a constraint draws none; before a step of Python, and at the end, all are drawn anew, as Django itself does
after steps whose drawing it puts off. `tests/architecture/test_migrations.py` compares the outcome with the models.
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


def _add_trigger(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    _append_option(state, app_label, self.model_name, "triggers", self.trigger)


def _append_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, obj: object
) -> None:
    options = self.models[app_label, model_name.lower()].options
    options[option_name] = [*options.get(option_name, []), obj]


def _only_itself(
    self: ProjectState, app_label: str, model_name: str, delay: bool = False
) -> set[tuple[str, str]]:
    self.is_delayed = True
    return {(app_label, model_name)}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    gc.set_threshold(200_000, 10, 10)
    state: Any = ProjectState
    state._append_option, state._find_reload_model = _append_option, _only_itself
    AddTrigger.state_forwards = _add_trigger
    replaceable: Any = apps.get_swappable_settings_name
    apps.get_swappable_settings_name = cache(replaceable)
    call_command("migrate", skip_checks=True, verbosity=0)


if __name__ == "__main__":
    main()
