"""The addresses of accountability."""

from django.urls import path

from accountability import views

app_name = "accountability"
urlpatterns = [
    # indicators
    path("board/morning/", views.morning, name="morning"),
    path("board/month/", views.month, name="month"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/figure/", views.figure_page, name="figure"),
    # report
    path("reports/", views.report, name="report"),
    path("reports/ask/", views.ask_report, name="ask-report"),
    path("reports/<int:report_id>.docx", views.report_file, {"kind": "docx"}, name="report-docx"),
    path("reports/<int:report_id>.xlsx", views.report_file, {"kind": "xlsx"}, name="report-xlsx"),
    path("analysis/", views.analysis, name="analysis"),
    path("analysis/repeated/", views.repeated, name="repeated"),
    path("analysis/topic/", views.topic, name="topic"),
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
