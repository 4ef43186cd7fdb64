"""The addresses of accountability."""

from django.urls import URLPattern, path

from accountability.views import finding_doors, findings

app_name = "accountability"
urlpatterns: list[URLPattern] = [
    # finding
    path("findings/", findings.findings, name="findings"),
    path("findings/export.xlsx", findings.export_findings, name="export-findings"),
    path("findings/<int:finding_id>/", findings.finding, name="finding"),
    path("cases/<int:pk>/account/", findings.case_account, name="case-account"),
    *(
        path(
            f"{'cases/<int:pk>' if door.key == 'pk' else 'findings/<int:finding_id>'}/{door.verb.replace('_', '-')}/",
            finding_doors.opened(door),
            name=door.verb.replace("_", "-"),
        )
        for door in finding_doors.DOORS
    ),
]
