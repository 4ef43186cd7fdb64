"""Who asks that an issued notice or advice is taken back, and who does it: two people, and only for a reason that the
record shows.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accountability.lifecycle import ADVICE, CRITICISM
from accountability.models import Advice, CriticismNotice
from accountability.queries.sanction_ground import fallen_of
from accountability.rules.sanctions import ARTICLE, check_leader, check_move, check_office
from hall.access import Actor, Refused
from hall.lifecycle import Lifecycle


def _check_fallen(row: CriticismNotice | Advice) -> None:
    if not fallen_of(row):
        raise Refused(_("其中的认定都还成立，日数也没有减少，不能撤销。"), "state", article=ARTICLE)


def _check_asks(
    actor: Actor, table: Lifecycle, row: CriticismNotice | Advice, verb: str, now: dt.datetime
) -> None:
    check_office(actor, table, row, verb, now)
    _check_fallen(row)


def _check_revokes(
    actor: Actor, table: Lifecycle, row: CriticismNotice | Advice, verb: str, now: dt.datetime
) -> None:
    check_leader(actor, row, now)
    if row.revoke_asked_by_id is not None and actor.user_id == row.revoke_asked_by_id:
        raise Refused(_("撤销由您提请，请另一位领导批准。"), "role", article=ARTICLE)
    check_move(table, row, verb)
    if not row.ask_no:
        raise Refused(_("还没有人提请撤销：请督查人员写明理由。"), "state")
    _check_fallen(row)


def check_can_ask_criticism_revocation(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> None:
    """By the office, once a finding that it rests on has fallen or was reduced below what it says."""
    _check_asks(actor, CRITICISM, notice, "ask_criticism_revocation", now)


def check_can_revoke_criticism(actor: Actor, notice: CriticismNotice, *, now: dt.datetime) -> None:
    """By a leader, who did not ask for it and is of none of its units."""
    _check_revokes(actor, CRITICISM, notice, "revoke_criticism", now)


def check_can_ask_advice_revocation(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    _check_asks(actor, ADVICE, advice, "ask_advice_revocation", now)


def check_can_revoke_advice(actor: Actor, advice: Advice, *, now: dt.datetime) -> None:
    _check_revokes(actor, ADVICE, advice, "revoke_advice", now)


def check_asked(row: CriticismNotice | Advice, ask_no: int) -> None:
    """What is revoked is what was read."""
    if row.ask_no != ask_no:
        raise Refused(_("您打开以后，提请的理由已经被修改。请重新打开，读过再办理。"), "state")
