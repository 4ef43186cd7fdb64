"""The addresses. Not in the package itself: `who` is imported while Django REST framework still loads."""

from hall.machines import opened
from staffing.api.codes import CODES
from staffing.api.lists import LISTS
from staffing.api.verbs import VERBS

urlpatterns = opened((*LISTS, *VERBS), codes=CODES)
