"""Hearings for machines: verbs and lists."""

from hall.machines import opened
from hearings.api.codes import CODES
from hearings.api.lists import LISTS
from hearings.api.verbs import VERBS

urlpatterns = opened((*LISTS, *VERBS), codes=CODES)

__all__ = ["LISTS", "VERBS", "urlpatterns"]
