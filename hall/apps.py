"""The kernel as a Django app; its system checks have ids hall.E0xx (errors) and hall.W0xx (warnings)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HallConfig(AppConfig):
    name = "hall"
    verbose_name = _("大厅底座")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall import celery  # noqa: F401  tasks published by the web process go to our broker
        from hall.documents import press  # noqa: F401  registers its system check
