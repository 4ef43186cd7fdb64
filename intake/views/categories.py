"""What the type-ahead for content categories asks while somebody types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.queries.categories import find_categories, path_label
from hall.access import Request


@require_safe
def find_category(request: Request) -> HttpResponse:
    """`?q=wyf`: the categories that fit, as list options; nothing typed gives nothing."""
    found = [(category, path_label(category)) for category in find_categories(request.GET.get("q", "")[:60])]
    return render(request, "intake/category_options.html", {"found": found})
