"""A petitioner asks what is held about them, and gets it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accountability import rules
from accountability.queries.personal_file import Section, personal_file, visible_person
from cases.models import Petitioner
from hall import journal
from hall.access import Actor, Refused


@transaction.atomic
def issue_personal_file(
    *, actor: Actor, petitioner_id: int, proof: str, note: str = "", now: dt.datetime
) -> tuple[Petitioner, Sequence[Section]]:
    """Hand a person their own file, once their papers were looked at.

    On record in their own file, with how much it held and never with what (《个人信息保护法》第四十五条、第五十四条);
    of incidents not even how many: that would outlive them.
    Raises Refused (unseen, role, input).
    """
    person = visible_person(actor, petitioner_id)
    if person is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_can_issue_personal_file(actor, person, now=now)
    rules.check_identity_shown(proof, note)
    sections = personal_file(actor, person)
    said = {"proof": proof, "rows": {one.code: len(one.rows) for one in sections if one.code != "incidents"}}
    journal.record(actor, "issue_personal_file", person, after=said, reason=note.strip(), now=now)
    return person, sections
