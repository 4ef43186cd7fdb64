"""The addresses of accountability."""

from django.urls import URLPattern, path

from accountability.views import advices, sanctions
from accountability.views.sanction_doors import opened

app_name = "accountability"
urlpatterns: list[URLPattern] = [
    # notice: criticism notices and advice
    path("criticism-notices/", sanctions.notices, name="notices"),
    path("criticism-notices/export.xlsx", sanctions.export_notices, name="export-notices"),
    path("criticism-notices/new/", sanctions.draft_criticism, name="draft-criticism"),
    path("criticism-notices/<int:criticism_id>/", sanctions.notice, name="notice"),
    path("criticism-notices/<int:criticism_id>/document/", sanctions.notice_file, name="notice-file"),
    *(
        path(f"criticism-notices/<int:criticism_id>/{door.path}/", opened(door), name=door.path)
        for door in sanctions.DOORS
    ),
    path("advices/", advices.advices, name="advices"),
    path("advices/export.xlsx", advices.export_advices, name="export-advices"),
    path("advices/new/", advices.draft_advice, name="draft-advice"),
    path("advices/<int:advice_id>/", advices.advice, name="advice"),
    path("advices/<int:advice_id>/document/", advices.advice_file, name="advice-file"),
    *(path(f"advices/<int:advice_id>/{door.path}/", opened(door), name=door.path) for door in advices.DOORS),
]
