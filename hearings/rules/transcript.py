"""The transcript: the recorder writes, whoever was there signs or refuses, and a corrected page is signed anew."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.queries.standing import standing
from cases.rules.common import check_interest, check_said
from hall.access import Actor, Refused
from hearings.lifecycle import SIGNED
from hearings.models import Hearing, TranscriptPage
from hearings.queries.session import Attendant, own_seat, seats_of
from hearings.rules.session import check_in_session, check_seated

MOST = 6000
"""Characters of one page; what is longer is another page."""


def check_can_write_page(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """The recorder alone, while the hearing is held."""
    check_seated(actor, hearing, "recorder")
    check_in_session(hearing)


def check_can_correct_page(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """The recorder, as long as the hearing is not closed; the older version stays as it was signed."""
    check_seated(actor, hearing, "recorder")
    check_in_session(hearing)


def check_can_sign_page(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """On the recorder's or presider's tablet, or of one's own seat from an own account."""
    check_interest(actor, standing(hearing.case))
    if own_seat(actor, seats_of(hearing)) is None:
        raise Refused(_("签名由记录员、主持人登记，听证员也可以自己签名。"), "role")
    check_in_session(hearing)


def check_signs_for(actor: Actor, hearing: Hearing, who: Attendant) -> None:
    """Another's signature is taken down by the recorder or the presider alone, and only of one who came."""
    if who.user_id != actor.user_id or not who.is_seat:
        check_seated(actor, hearing, "presider", "recorder")
    if not who.signs:
        raise Refused(_("记录员是制作笔录的人，不需要核对签名。"), "input", field="who")
    if not who.present:
        raise Refused(_("%(name)s没有到场，不需要签名。") % {"name": who.name}, "input", field="who")


def check_text(text: str) -> str:
    said = check_said(text, "text", _("请填写本页笔录。"), least=1)
    if len(said) > MOST:
        raise Refused(_("一页最多%(most)s字，请分页。") % {"most": MOST}, "input", field="text")
    return said


def check_newest(pages: list[TranscriptPage], page_id: int) -> TranscriptPage:
    """The page in the version that counts. Raises Refused(state) when it was corrected meanwhile."""
    page = next((one for one in pages if one.pk == page_id), None)
    if page is None:
        raise Refused(_("这一页刚才更正过，请重新打开，宣读新的一稿。"), "state")
    return page


def check_outcome(outcome: str, note: str, witness: str) -> tuple[str, str]:
    """A refusal with its reason and a witness; who has left with a note of it."""
    if outcome not in SIGNED:
        raise Refused(_("请选择签名、拒绝签名或者已离场。"), "input", field="outcome")
    if outcome == "signed":
        return "", ""
    reason = _("请写明拒绝签名的理由。") if outcome == "refused" else _("请注明何时、为什么离场。")
    said, seen = check_said(note, "note", reason, least=2), witness.strip()
    if outcome == "refused" and not seen:
        raise Refused(_("拒绝签名的，请写明在场的见证人。"), "input", field="witness")
    return said[:300], seen[:60]
