"""Matters for machines: lists, one matter with its version, every verb on it, the exchange, and files."""

from cases.api.beside import LISTS
from cases.api.codes import CODES, EXAMPLES
from cases.api.exchange import EXCHANGE
from cases.api.finding import FOUND
from cases.api.matters import MATTERS
from cases.api.uploads import UPLOADS
from cases.api.verbs import VERBS
from hall.machines import opened

urlpatterns = opened((*MATTERS, *LISTS, *FOUND, *EXCHANGE, *UPLOADS, *VERBS), codes=CODES, examples=EXAMPLES)

__all__ = ["EXCHANGE", "FOUND", "LISTS", "MATTERS", "UPLOADS", "VERBS", "urlpatterns"]
