"""Who hands a person their own file, and on what proof (《个人信息保护法》第四十五条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.models import Case, Petitioner
from hall.access import Actor, Refused
from staffing.lifecycle import CLERK, HALL_MANAGER

PROOFS: Mapping[str, str | Promise] = {
    "own_id": lazy("本人到场，已核对身份证件原件"),
    "agent": lazy("代理人到场，已核对双方身份证件和授权委托书"),
    "guardian": lazy("监护人到场，已核对身份证件和监护关系证明"),
    "heir": lazy("近亲属到场（本人已去世），已核对身份证件和亲属关系证明"),
}


def check_can_issue_personal_file(actor: Actor, person: Petitioner, *, now: dt.datetime) -> None:
    """The window of a hall that holds a matter of theirs; never who is kept from all of these."""
    halls = (
        Case.objects.visible_to(actor).filter(parties__petitioner=person).values_list("hall_id", flat=True)
    )
    if not any(actor.has(CLERK, HALL_MANAGER, hall_id=hall) for hall in set(halls)):
        raise Refused(_("个人信息由登记事项的大厅窗口提供给本人。"), "role")


def check_identity_shown(proof: str, note: str) -> None:
    """What was shown is said; for somebody else than the person, who they are. Raises Refused (input)."""
    if proof not in PROOFS:
        raise Refused(_("请选择核对了什么证件。"), "input", field="proof")
    if proof != "own_id" and len(note.strip()) < 2:
        raise Refused(_("请写明来人是谁、与本人的关系。"), "input", field="note")
