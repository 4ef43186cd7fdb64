"""What the nightly walks along the journal found."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accountability import rules
from accountability.models import JournalCheck, JournalDigest
from accountability.queries.digests import PAGE, days_due
from accountability.queries.flaws import flaws_of
from hall.access import Request, whole_number


@require_safe
def journal_checks(request: Request) -> HttpResponse:
    """`/journal-checks/`: the latest state in words, then a night a line."""
    rules.check_sees_journal_checks(request.actor)
    after = request.GET.get("after", "")
    key = whole_number(after)
    found = JournalCheck.objects.filter(pk__lt=key) if key else JournalCheck.objects.all()
    rows = list(found.order_by("-id")[: PAGE + 1])
    last = rows[0] if rows and key is None else None
    context = {
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "is_front": key is None,
        "last": last,
        "flaws": flaws_of(last) if last else [],
        "bad_days": [parse_date(day) for day in last.bad_days] if last else [],
        "digest": JournalDigest.objects.order_by("-day").first(),
        "due": len(days_due(timezone.now())),
    }
    return render(request, "accountability/journal_checks.html", context)
