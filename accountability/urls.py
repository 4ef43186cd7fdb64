"""The addresses of accountability."""

from django.urls import path

from accountability.public import inspect as public_inspect
from accountability.views import inspect, supervise

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
    path("inspections/", inspect.inspections_page, name="inspections"),
    path("inspections/new/", inspect.plan_inspection, name="plan-inspection"),
    path("inspections/<int:inspection_id>/", inspect.inspection, name="inspection"),
    *(
        path(
            f"inspections/<int:inspection_id>/{door.verb.replace('_', '-')}/",
            inspect.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in inspect.DOORS
    ),
    path(
        "inspection-checks/<int:check_id>/record-check/",
        inspect.opened(inspect.CHECK_DOOR),
        name="record-check",
    ),
    path("halls/<slug:code>/inspections/", public_inspect.inspection_results, name="inspection-results"),
]
