from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from staffing.lifecycle import ROLES


@checks.register
def known_roles(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A role that nobody can hold would ask nobody for a second factor."""
    unknown = sorted(set(settings.HALL_SECOND_FACTOR_ROLES) - set(ROLES))
    if not unknown:
        return []
    hint = f"Choose from: {', '.join(ROLES)}."
    return [
        checks.Error(
            f"HALL_SECOND_FACTOR_ROLES names no such role: {unknown[0]}", hint=hint, id="staffing.E001"
        )
    ]


class StaffingConfig(AppConfig):
    name = "staffing"
    verbose_name = _("人员与场所")
    default_auto_field = "django.db.models.BigAutoField"
    default = True


class HallAdminConfig(AdminConfig):
    """Django's admin behind our own door: one way to sign in, and only for who holds the role."""

    default = False
    default_site = "staffing.views.BackRoom"
