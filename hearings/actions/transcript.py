"""The transcript page by page: written, corrected as a new version, read out and signed or refused."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.rules.common import check_said
from hall import journal
from hall.access import Actor, Refused
from hall.batch import broken_by
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.models import Hearing, PageSignature, TranscriptPage
from hearings.queries.session import attendants, newest_pages
from hearings.rules.transcript import check_newest, check_outcome, check_signs_for, check_text


@transaction.atomic
def write_page(
    *, actor: Actor, hearing_id: int, text: str, number: int | None = None, now: dt.datetime
) -> TranscriptPage:
    """The next page. `number`: which one the writer had in mind, so that one pressed twice is written once."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_write_page(actor, hearing, now=now)
    said = check_text(text)
    following = len(newest_pages(hearing)) + 1
    if number is not None and number != following:
        words = _("第%(n)s页已经保存过了；请核对后作为第%(next)s页保存。")
        raise Refused(words % {"n": number, "next": following}, "state", field="text")
    page = _put(hearing, following, 1, said, actor=actor, now=now)
    after = {"page": following, "digest": page.digest}
    journal.record(actor, "write_page", hearing, stream=case, after=after, now=now)
    return page


def _put(
    hearing: Hearing, number: int, version: int, text: str, *, actor: Actor, now: dt.datetime, **more: str
) -> TranscriptPage:
    return TranscriptPage.objects.create(
        hearing=hearing,
        number=number,
        version=version,
        round=hearing.round,
        text=text,
        written_at=now,
        written_by_id=actor.user_id,
        digest=_digest(hearing.pk, number, version, text),
        **more,
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(f"{part}" for part in parts).encode()).hexdigest()


@transaction.atomic
def correct_page(
    *,
    actor: Actor,
    hearing_id: int,
    page_id: int,
    text: str,
    correction: str,
    asked_by: str,
    now: dt.datetime,
) -> TranscriptPage:
    """A new version with what was corrected and who asked for it. Signatures stay with the version they stand under;
    everybody signs the new one.
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_correct_page(actor, hearing, now=now)
    old = check_newest(newest_pages(hearing), page_id)
    said = check_text(text)
    if said == old.text:
        raise Refused(_("没有改动，不需要更正。"), "input", field="text")
    what = check_said(correction, "correction", _("请写明更正了什么。"), least=2)[:300]
    who = check_said(asked_by, "asked_by", _("请写明是谁要求更正的。"), least=2)[:60]
    page = _put(
        hearing, old.number, old.version + 1, said, actor=actor, now=now, correction=what, asked_by=who
    )
    after = {"page": page.number, "version": page.version, "digest": page.digest}
    journal.record(actor, "correct_page", hearing, stream=case, after=after, now=now)
    return page


@transaction.atomic
def sign_page(
    *,
    actor: Actor,
    hearing_id: int,
    page_ids: Iterable[int],
    who: str,
    outcome: str,
    note: str = "",
    witness: str = "",
    now: dt.datetime,
) -> list[PageSignature]:
    """One person signs these pages, refuses them, or has left; `who` is the key of a party or a seat.

    A page that was corrected meanwhile is not signed, and then none of them is: the new version is read out first.
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_sign_page(actor, hearing, now=now)
    person = next((one for one in attendants(hearing) if one.key == who), None)
    if person is None:
        raise Refused(_("请选择签名的人。"), "input", field="who")
    check_signs_for(actor, hearing, person)
    said, seen = check_outcome(outcome, note, witness)
    newest, wanted = newest_pages(hearing), sorted(set(page_ids))
    if not wanted:
        raise Refused(_("请勾选已经核对的页。"), "input", field="pages")
    pages = [check_newest(newest, pk) for pk in wanted]
    one_of = {"seat_id": person.pk} if person.is_seat else {"party_id": person.pk}
    if PageSignature.objects.filter(page__in=pages, **one_of).exists():
        raise Refused(_("%(name)s已经签过其中的页。") % {"name": person.name}, "state")
    try:
        with transaction.atomic():
            signed = [
                PageSignature.objects.create(
                    page=page,
                    outcome=outcome,
                    note=said,
                    witness=seen,
                    at=now,
                    recorded_by_id=actor.user_id,
                    digest=_digest(page.digest, who, outcome, said, seen, now.isoformat()),
                    **one_of,
                )
                for page in pages
            ]
    except IntegrityError as error:
        if broken_by(error) == "signature_of_newest_page":
            raise Refused(_("这一页刚才更正过，请重新打开，宣读新的一稿。"), "state") from None
        raise
    after = {"pages": [page.number for page in pages], "signed": outcome, "role": person.role}
    journal.record(actor, "sign_page", hearing, stream=case, after=after, now=now)
    return signed
