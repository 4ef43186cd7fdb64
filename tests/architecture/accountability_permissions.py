"""The rows of `permissions.TABLE` for the addresses of accountability, each topic under a comment line."""

from tests.architecture.permissions_evidence import EVIDENCE
from tests.architecture.permissions_of_reports import REPORTS
from tests.architecture.permissions_ops import OPERATIONS
from tests.architecture.permissions_supervise import SUPERVISE
from tests.architecture.permissions_uploads import RETENTION
from tests.architecture.permissions_verify import VERIFY
from tests.architecture.sanction_table import SANCTIONS

FINDINGS = """
# finding: late periods, their days, statements, decisions, reviews; why somebody came again
/findings/                                          GET   in   403  403  200  200  200  200  200  200  403  403  403
/findings/export.xlsx                               GET   in   403  403  200  200  200  200  200  200  403  403  403
/findings/<finding_id>/                             GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/state-case/                  GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/state-case/                  POST  in   404  404  302  302  404  403  403  403  404  404  404
/findings/<finding_id>/uphold-finding/              GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/uphold-finding/              POST  in   404  404  403  403  404  403  403  302  404  404  404
/findings/<finding_id>/reduce-finding/              GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/reduce-finding/              POST  in   404  404  403  403  404  403  403  302  404  404  404
/findings/<finding_id>/dismiss-finding/             GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/dismiss-finding/             POST  in   404  404  403  403  404  403  403  302  404  404  404
/findings/<finding_id>/reopen-finding/              GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/reopen-finding/              POST  in   404  404  403  403  404  403  403  302  404  404  404
/findings/<finding_id>/request-finding-review/      GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/request-finding-review/      POST  in   404  404  302  302  404  403  403  403  404  404  404
/findings/<finding_id>/confirm-finding/             GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/confirm-finding/             POST  in   404  404  403  403  404  403  302  403  404  404  404
/findings/<finding_id>/change-finding/              GET   in   404  404  200  200  404  200  200  200  404  404  404
/findings/<finding_id>/change-finding/              POST  in   404  404  403  403  404  403  302  403  404  404  404
/cases/<pk>/account/                                GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/open-finding/                           GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/open-finding/                           POST  in   403  404  403  403  404  403  403  302  404  404  404
/findings/halls/<hall_id>/set-findings-from/        GET   in   404  404  404  404  404  404  200  200  404  404  404
/findings/halls/<hall_id>/set-findings-from/        POST  in   404  404  404  404  404  404  302  403  404  404  404
/cases/<pk>/trace-repeat/                           GET   in   200  404  404  404  404  200  200  200  404  404  404
/cases/<pk>/trace-repeat/                           POST  in   403  404  404  404  404  403  403  302  404  404  404
"""
ACCOUNTABILITY = FINDINGS + EVIDENCE + REPORTS + SUPERVISE + SANCTIONS + VERIFY + OPERATIONS + RETENTION
