"""Who takes part in a hearing, and who of the file could."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cases.models import Petitioner
from hall.models import User
from hearings.models import Hearing, HearingParty
from hearings.queries.conflicts import units_of
from staffing.models import Department, Posting


def parties_of(hearing: Hearing) -> QuerySet[HearingParty]:
    """Those who take part, in the order of their kinds."""
    found = HearingParty.objects.filter(hearing=hearing, removed_at=None)
    return found.select_related("department", "user", "petitioner", "video_seat").order_by("kind", "pk")


def petitioners_of(hearing: Hearing) -> QuerySet[Petitioner]:
    """Everybody of the case, whoever speaks for it first."""
    return Petitioner.objects.filter(parties__case=hearing.case_id).order_by("parties__id").distinct()


def proposed(hearing: Hearing) -> list[dict[str, Any]]:
    """Who speaks for the case and is not in the list yet; companions come to listen."""
    there = parties_of(hearing).filter(kind="petitioner").values_list("petitioner", flat=True)
    rows = hearing.case.parties.exclude(role="companion").exclude(petitioner__in=there)
    return [
        {"petitioner": row.petitioner, "role": row.get_role_display()}
        for row in rows.select_related("petitioner").order_by("role", "pk")
    ]


def units_to_choose(hearing: Hearing) -> QuerySet[Department]:
    """Units that have a hand in the matter, also one that it complains of: it answers in the hearing."""
    near = {pk for pk, code in units_of(hearing.case).items() if code != "employer_kin"}
    return Department.objects.filter(pk__in=near).order_by("code")


def people_of_units(hearing: Hearing, *, now: dt.datetime) -> QuerySet[User]:
    posts = Posting.objects.filter(department__in=units_to_choose(hearing)).on(timezone.localdate(now))
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("name", "pk")
