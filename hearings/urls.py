"""The addresses of hearings."""

from django.urls import path

from hearings.views import asking, asking_doors

app_name = "hearings"
urlpatterns = [
    # asking: rules, requests, decisions, the course
    path("hearings/", asking.hearings, name="hearings"),
    path("hearing-rules/", asking.hearing_rules, name="rules"),
    path("hearings/<int:hearing_id>/", asking.hearing, name="hearing"),
    path("cases/<int:pk>/hearings/", asking.case_hearings, name="case-hearings"),
    *(
        path(
            f"cases/<int:pk>/{door.verb.replace('_', '-')}/",
            asking_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in asking_doors.CASE_DOORS
    ),
    *(
        path(
            f"hearings/<int:hearing_id>/{door.verb.replace('_', '-')}/",
            asking_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in asking_doors.HEARING_DOORS
    ),
]
