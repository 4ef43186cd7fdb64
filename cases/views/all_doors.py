"""Every verb's door by the name of its verb, in the order in which a case page offers them."""

from __future__ import annotations

from collections.abc import Mapping

from cases.views import claims, ends, handling, opinions, ratings, referrals, reviews
from cases.views.doors import Door

DOORS: Mapping[str, Door] = {
    door.verb: door
    for topic in (referrals, handling, claims, opinions, reviews, ends, ratings)
    for door in topic.DOORS
}
