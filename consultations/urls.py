"""The addresses of consultations."""

from django.urls import path

from consultations.views import commitments, minutes
from consultations.views.minutes_doors import opened

app_name = "consultations"
urlpatterns = [
    # minutes: the text and its signatures, the conference, the commitments
    path("consultations/<int:pk>/minutes/", minutes.minutes, name="minutes"),
    *(
        path(
            f"consultations/<int:pk>/{door.verb.replace('_', '-')}/",
            opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in minutes.DOORS
    ),
    path("consultations/commitments/", commitments.commitments, name="commitments"),
    path("consultations/commitments/<int:pk>/", commitments.commitment, name="commitment"),
    *(
        path(
            f"consultations/commitments/<int:pk>/{door.verb.replace('_', '-')}/",
            opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in commitments.DOORS
    ),
]
