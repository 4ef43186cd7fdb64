"""The addresses of consultations."""

from django.urls import path

from consultations.views import commitments, confer, confer_door, minutes, minutes_doors

app_name = "consultations"

_PLACES = {
    "call_consultation": "cases/<int:pk>/call-consultation/",
    "change_consultation": "consultations/<int:consultation_id>/change-consultation/",
    "end_consultation": "consultations/<int:consultation_id>/end-consultation/",
    "plan_sitting": "consultations/<int:consultation_id>/plan-sitting/",
    "release_unit": "consulted-units/<int:unit_id>/release-unit/",
    "give_unit_opinion": "consulted-units/<int:unit_id>/give-unit-opinion/",
    "change_sitting": "sittings/<int:sitting_id>/change-sitting/",
    "cancel_sitting": "sittings/<int:sitting_id>/cancel-sitting/",
    "plan_sitting_video": "sittings/<int:sitting_id>/plan-sitting-video/",
    "record_sitting": "sittings/<int:sitting_id>/record-sitting/",
}
urlpatterns = [
    # confer: calling, opinions, sittings
    path("consultations/", confer.consultations_page, name="consultations"),
    path("consultations/export.xlsx", confer.export_consultations, name="export-consultations"),
    path("consultations/<int:consultation_id>/", confer.consultation, name="consultation"),
    path("cases/<int:pk>/consultations/", confer.case_consultations, name="case-consultations"),
    *(
        path(_PLACES[door.verb], confer_door.opened(door), name=door.verb.replace("_", "-"))
        for door in confer.DOORS
    ),
    # minutes: the text and its signatures, the conference, the commitments
    path("consultations/<int:pk>/minutes/", minutes.minutes, name="minutes"),
    *(
        path(
            f"consultations/<int:pk>/{door.verb.replace('_', '-')}/",
            minutes_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in minutes.DOORS
    ),
    path("consultations/commitments/", commitments.commitments, name="commitments"),
    path("consultations/commitments/<int:pk>/", commitments.commitment, name="commitment"),
    *(
        path(
            f"consultations/commitments/<int:pk>/{door.verb.replace('_', '-')}/",
            minutes_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in commitments.DOORS
    ),
]
