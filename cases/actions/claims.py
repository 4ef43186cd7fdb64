"""Claims that go their own way: transferred, diverted, split; cases that are merged or linked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from cases.models import Case, CaseLink
from hall.access import Actor


@transaction.atomic
def transfer_claims(
    *,
    actor: Actor,
    case_id: int,
    claim_ids: Sequence[int],
    route_id: int | None,
    reason: str,
    now: dt.datetime,
) -> Case:
    raise NotImplementedError("transfer_claims")


@transaction.atomic
def divert_case(*, actor: Actor, case_id: int, route_id: int | None, reason: str, now: dt.datetime) -> Case:
    raise NotImplementedError("divert_case")


@transaction.atomic
def split_case(
    *, actor: Actor, case_id: int, claim_ids: Sequence[int], title: str, reason: str, now: dt.datetime
) -> Case:
    raise NotImplementedError("split_case")


@transaction.atomic
def merge_case(*, actor: Actor, case_id: int, into_id: int | None, reason: str, now: dt.datetime) -> Case:
    raise NotImplementedError("merge_case")


@transaction.atomic
def link_cases(
    *, actor: Actor, case_id: int, other_id: int | None, kind: str, reason: str, now: dt.datetime
) -> CaseLink:
    raise NotImplementedError("link_cases")
