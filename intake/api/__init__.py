"""The door of the hall for machines: verbs and lists, and the feeds of the display and of a window's console."""

from hall.machines import opened
from intake.api.codes import CODES, EXAMPLES
from intake.api.feeds import ConsoleFeed, DisplayFeed
from intake.api.lists import LISTS
from intake.api.verbs import VERBS

urlpatterns = opened((*LISTS, *VERBS), codes=CODES, examples=EXAMPLES)

__all__ = ["LISTS", "VERBS", "ConsoleFeed", "DisplayFeed", "urlpatterns"]
