"""The addresses of accountability."""

from django.urls import URLPattern, path

from accountability import public, views
from accountability.public import house as public_house
from accountability.public import inspect as public_inspect
from accountability.views import (
    advices,
    assess,
    evidence,
    exemplary,
    finding_doors,
    findings,
    house,
    inspect,
    retention,
    sanctions,
    schemes,
    supervise,
)
from accountability.views.opening import opened
from accountability.views.personal_file import issue_personal_file

app_name = "accountability"
PLACES = {
    "pk": "cases/<int:pk>",
    "hall_id": "findings/halls/<int:hall_id>",
    "finding_id": "findings/<int:finding_id>",
}
"""What the verbs of findings are about."""
urlpatterns: list[URLPattern] = [
    # indicators
    path("board/morning/", views.morning, name="morning"),
    path("board/month/", views.month, name="month"),
    path("board/list/", views.board_list, name="board-list"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/figure/", views.figure_page, name="figure"),
    path("indicators/figure.xlsx", views.export_figure, name="export-figure"),
    # report
    path("reports/", views.report, name="report"),
    path("reports/ask/", views.ask_report, name="ask-report"),
    path("reports/<int:report_id>.docx", views.report_file, {"kind": "docx"}, name="report-docx"),
    path("reports/<int:report_id>.xlsx", views.report_file, {"kind": "xlsx"}, name="report-xlsx"),
    path("analysis/", views.analysis, name="analysis"),
    path("analysis/repeated/", views.repeated, name="repeated"),
    path("analysis/topic/", views.topic, name="topic"),
    path("analysis/traced/", views.traced, name="traced"),
    path("analysis/repeated.xlsx", views.export_repeated, name="export-repeated"),
    path("analysis/topic.xlsx", views.export_topic, name="export-topic"),
    # operations
    path("status", house.status, name="status"),
    path("metrics", public_house.metrics, name="metrics"),
    # verify
    path(
        "petitioners/<int:petitioner_id>/file/",
        issue_personal_file,
        name="issue-personal-file",
    ),
    path("digests/", public.digests, name="digests"),
    path("digests.json", public.digests_json, name="digests-json"),
    path("digests.txt", public.digests_txt, name="digests-txt"),
    path("check-receipt/", public.check_receipt, name="check-receipt"),
    path("journal-checks/", views.journal_checks, name="journal-checks"),
    path("access-log/", views.access_log, name="access-log"),
    path("access-log.csv", views.export_access_log, name="export-access-log"),
    path("access-log/unusual.xlsx", views.export_unusual_access, name="export-unusual-access"),
    path("access-log/unusual/", views.unusual_access, name="unusual-access"),
    path(
        "access-log/unusual/<int:user_id>/<slug:day>/<slug:kind>/",
        views.note_access_review,
        name="note-access-review",
    ),
    # retention
    path("retention/", retention.retention, name="retention"),
    path("retention/<slug:kind>/change/", retention.change_retention, name="change-retention"),
    # supervise
    path("supervisions/", supervise.supervisions_page, name="supervisions"),
    path("supervisions/export.xlsx", supervise.export_supervisions, name="export-supervisions"),
    path("supervisions/new/", supervise.open_supervision, name="open-supervision"),
    path("supervisions/<int:supervision_id>/", supervise.supervision, name="supervision"),
    path("supervisions/<int:supervision_id>/document/", supervise.supervision_file, name="supervision-file"),
    *(
        path(
            f"supervisions/<int:supervision_id>/{door.path}/",
            opened(door),
            name=door.path,
        )
        for door in supervise.DOORS
    ),
    path("supervision-rules/", supervise.supervision_rules, name="supervision-rules"),
    path("inspections/", inspect.inspections_page, name="inspections"),
    path("inspections/export.xlsx", inspect.export_inspections, name="export-inspections"),
    path("inspections/<int:inspection_id>/sample.xlsx", inspect.export_sample, name="export-sample"),
    path("inspections/new/", inspect.plan_inspection, name="plan-inspection"),
    path("inspections/<int:inspection_id>/", inspect.inspection, name="inspection"),
    *(
        path(
            f"inspections/<int:inspection_id>/{door.path}/",
            opened(door),
            name=door.path,
        )
        for door in inspect.DOORS
    ),
    path(
        "inspection-checks/<int:check_id>/record-check/",
        opened(inspect.CHECK_DOOR),
        name="record-check",
    ),
    path("halls/<slug:code>/inspections/", public_inspect.inspection_results, name="inspection-results"),
    # exemplary cases
    path("exemplary-cases/", exemplary.exemplary_cases, name="exemplary-cases"),
    *(
        path(
            f"{'cases' if door.key == 'case_id' else 'exemplary-cases'}/<int:{door.key}>/{door.path}/",
            opened(door),
            name=door.path,
        )
        for door in exemplary.DOORS
    ),
    # finding
    path("findings/", findings.findings, name="findings"),
    path("findings/export.xlsx", findings.export_findings, name="export-findings"),
    path("findings/<int:finding_id>/", findings.finding, name="finding"),
    path("cases/<int:pk>/account/", findings.case_account, name="case-account"),
    *(
        path(
            f"{PLACES[door.key]}/{door.path}/",
            opened(door),
            name=door.path,
        )
        for door in finding_doors.DOORS
    ),
    # evidence
    path("evidence/<int:evidence_id>/", evidence.evidence, name="evidence"),
    # notice: criticism notices and advice
    path("criticism-notices/", sanctions.notices, name="notices"),
    path("criticism-notices/export.xlsx", sanctions.export_notices, name="export-notices"),
    path("criticism-notices/new/", sanctions.draft_criticism, name="draft-criticism"),
    path("criticism-notices/<int:criticism_id>/", sanctions.notice, name="notice"),
    path("criticism-notices/<int:criticism_id>/document/", sanctions.notice_file, name="notice-file"),
    path(
        "criticism-notices/<int:criticism_id>/revocation/",
        sanctions.notice_revocation_file,
        name="notice-revocation-file",
    ),
    *(
        path(f"criticism-notices/<int:criticism_id>/{door.path}/", opened(door), name=door.path)
        for door in sanctions.DOORS
    ),
    path("advices/", advices.advices, name="advices"),
    path("advices/export.xlsx", advices.export_advices, name="export-advices"),
    path("advices/new/", advices.draft_advice, name="draft-advice"),
    path("advices/<int:advice_id>/", advices.advice, name="advice"),
    path("advices/<int:advice_id>/document/", advices.advice_file, name="advice-file"),
    path(
        "advices/<int:advice_id>/revocation/", advices.advice_revocation_file, name="advice-revocation-file"
    ),
    *(path(f"advices/<int:advice_id>/{door.path}/", opened(door), name=door.path) for door in advices.DOORS),
    # assess
    path("assessment-schemes/", schemes.schemes, name="schemes"),
    path("assessment-schemes/new/", schemes.draft_scheme, name="draft-scheme"),
    path("assessment-schemes/<int:scheme_id>/", schemes.scheme, name="scheme"),
    *(
        path(f"assessment-schemes/<int:scheme_id>/{door.path}/", opened(door), name=door.path)
        for door in (*schemes.DOORS, schemes.DRAW_DOOR)
    ),
    path("assessments/", assess.assessments, name="assessments"),
    path("assessments/<int:assessment_id>/", assess.assessment, name="assessment"),
    path("assessments/<int:assessment_id>/document/", assess.assessment_file, name="assessment-file"),
    path("assessments/<int:assessment_id>/lines.xlsx", assess.export_assessment, name="export-assessment"),
    *(
        path(f"assessments/<int:assessment_id>/{door.path}/", opened(door), name=door.path)
        for door in assess.DOORS
    ),
    # station
    path("stationing/", views.stationing, name="stationing"),
    path("stationing/request/", views.request_stationing_advice, name="request-stationing-advice"),
    path("stationing/<int:stationing_id>/", views.stationing_advice, name="stationing-advice"),
    path(
        "stationing/<int:stationing_id>/advice.xlsx",
        views.export_stationing_advice,
        name="export-stationing-advice",
    ),
]
