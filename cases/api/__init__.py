"""Matters for machines: the list, the work list, one matter with its version, and every verb on it."""

from cases.api.matters import MATTERS
from cases.api.verbs import VERBS
from hall.machines import opened

urlpatterns = opened((*MATTERS, *VERBS))

__all__ = ["MATTERS", "VERBS", "urlpatterns"]
