from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class StaffingConfig(AppConfig):
    name = "staffing"
    verbose_name = _("人员与场所")
    default_auto_field = "django.db.models.BigAutoField"
    default = True


class HallAdminConfig(AdminConfig):
    """Django's admin behind our own door: one way to sign in, and only for who holds the role."""

    default = False
    default_site = "staffing.views.BackRoom"
