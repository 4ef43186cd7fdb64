"""The addresses of accountability."""

from django.urls import path

from accountability import public, views

app_name = "accountability"
urlpatterns = [
    # verify
    path("digests/", public.digests, name="digests"),
    path("digests.json", public.digests_json, name="digests-json"),
    path("digests.txt", public.digests_txt, name="digests-txt"),
    path("check-receipt/", public.check_receipt, name="check-receipt"),
    path("journal-checks/", views.journal_checks, name="journal-checks"),
    path("access-log/", views.access_log, name="access-log"),
    path("access-log.csv", views.export_access_log, name="export-access-log"),
    path("access-log/unusual/", views.unusual_access, name="unusual-access"),
    path(
        "access-log/unusual/<int:user_id>/<slug:day>/<slug:kind>/",
        views.note_access_review,
        name="note-access-review",
    ),
]
