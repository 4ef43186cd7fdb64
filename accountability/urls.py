"""The addresses of accountability."""

from django.urls import path

from accountability import views

app_name = "accountability"
urlpatterns = [
    # station
    path("stationing/", views.stationing, name="stationing"),
    path("stationing/request/", views.request_stationing_advice, name="request-stationing-advice"),
    path("stationing/<int:advice_id>/", views.stationing_advice, name="stationing-advice"),
    path(
        "stationing/<int:advice_id>/advice.xlsx",
        views.export_stationing_advice,
        name="export-stationing-advice",
    ),
]
