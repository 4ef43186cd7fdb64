"""The addresses of accountability."""

from django.urls import path

from accountability.views import supervise

app_name = "accountability"
urlpatterns = [
    # supervise
    path("supervisions/", supervise.supervisions_page, name="supervisions"),
    path("supervisions/export.xlsx", supervise.export_supervisions, name="export-supervisions"),
    path("supervisions/new/", supervise.open_supervision, name="open-supervision"),
    path("supervisions/<int:supervision_id>/", supervise.supervision, name="supervision"),
    *(
        path(
            f"supervisions/<int:supervision_id>/{door.verb.replace('_', '-')}/",
            supervise.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in supervise.DOORS
    ),
    path("supervision-rules/", supervise.supervision_rules, name="supervision-rules"),
]
