"""What a receipt says: the promised dates, in the words of the petitioner, each with its article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Deadline
from cases.terms import term
from hall.models import IssuedDocument, stream_of

WORDS: dict[str, str | Promise] = {
    "sort": _("甄别后受理、转送、交办，或者告知应当去哪里"),
    "notify": _("承办单位书面告知接收情况和办理途径"),
    "handle": _("承办单位办结并书面答复"),
}


@dataclass(frozen=True, slots=True)
class Promised:
    what: str | Promise
    due_on: dt.date
    is_provisional: bool
    article: str


def promises(running: Iterable[Deadline]) -> list[Promised]:
    """What the periods that run for a case promise the petitioner."""
    return [
        Promised(
            WORDS[one.kind], one.due_on, one.is_provisional,
            term(one.kind, one.law).article,
        )
        for one in running
        if one.kind in WORDS and one.due_on
    ]  # fmt: skip


def receipt_of(case: Case) -> IssuedDocument | None:
    """The slip that was issued when the case was registered."""
    papers = IssuedDocument.objects.filter(stream=stream_of(case), kind="receipt", voided_at=None)
    return papers.order_by("-id").first()
