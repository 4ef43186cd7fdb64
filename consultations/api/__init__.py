"""Consultations for machines: verbs and lists."""

from consultations.api.codes import CODES
from consultations.api.lists import LISTS
from consultations.api.verbs import VERBS
from hall.machines import opened

urlpatterns = opened((*LISTS, *VERBS), codes=CODES)

__all__ = ["LISTS", "VERBS", "urlpatterns"]
