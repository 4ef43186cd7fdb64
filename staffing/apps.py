from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffingConfig(AppConfig):
    name = "staffing"
    verbose_name = _("人员与场所")
    default_auto_field = "django.db.models.BigAutoField"
