"""Accountability for machines: verbs and lists."""

from accountability.api.codes import CODES
from accountability.api.figures import FIGURES
from accountability.api.lists import LISTS
from accountability.api.verbs import VERBS
from hall.machines import opened

urlpatterns = opened((*LISTS, *FIGURES, *VERBS), codes=CODES)

__all__ = ["FIGURES", "LISTS", "VERBS", "urlpatterns"]
