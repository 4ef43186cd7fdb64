"""The room as a Django app; its system check has the id intake.E001."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.translation import gettext_lazy as _

LONGEST = 1095
"""Days: what happened in the hall is not held against anybody for longer than three years."""


@checks.register
def kept_for_a_time(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """An incident is erased in time: for ever is no answer (个人信息保护法第十九条)."""
    days = settings.HALL_INCIDENT_KEEP_DAYS
    if 1 <= days <= LONGEST:
        return []
    hint = f"Give 1 to {LONGEST} days, or leave it out for 365."
    return [checks.Error(f"HALL_INCIDENT_KEEP_DAYS is {days}.", hint=hint, id="intake.E001")]


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = _("接待")
    default_auto_field = "django.db.models.BigAutoField"
