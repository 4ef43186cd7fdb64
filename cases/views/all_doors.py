"""Every verb's door by the name of its verb, and the kinds of work under which a case page offers them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from cases.views import (
    claims,
    ends,
    exchange,
    handling,
    instructions,
    opinions,
    ratings,
    referrals,
    results,
    reviews,
)
from cases.views.doors import Door
from hall.access import Text

_TOPICS: tuple[tuple[Text, tuple[Door, ...]], ...] = (
    (_("办理"), handling.DOORS),
    (_("意见和送达"), opinions.DOORS),
    (_("复查复核"), reviews.DOORS),
    (_("诉求"), claims.DOORS),
    (_("单位之间"), referrals.DOORS),
    (_("领导批示"), instructions.DOORS),
    (_("结束"), ends.DOORS),
    (_("评价"), ratings.DOORS),
    (_("领导和公开"), results.CASE_DOORS),
    (_("国家系统"), exchange.DOORS),
)
DOORS: Mapping[str, Door] = {door.verb: door for _kind, doors in _TOPICS for door in doors}
KINDS: Mapping[str, Text] = {door.verb: kind for kind, doors in _TOPICS for door in doors} | {
    "add_material": _("办理"),
    "link_visit": _("办理"),
    "withdraw_case": _("结束"),
    "plan_field_visit": _("领导和公开"),
    "take_charge": _("领导和公开"),
    "draft_result": _("领导和公开"),
}
"""The kind of work that a verb is; the last six have pages of their own."""
