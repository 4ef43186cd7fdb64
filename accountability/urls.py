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
]
