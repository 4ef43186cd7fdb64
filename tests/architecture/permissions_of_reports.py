"""Boards and figures, month reports, the analysis, stationing, assessment; read as `permissions` says."""

from tests.architecture.assess_doors import ASSESS_TABLE

REPORTS = """
# report
/reports/                                  GET   in   403  403  403  200  403  200  200  200  200  403  403
/reports/ask/                              POST  in   403  403  403  302  403  302  302  302  302  403  403
/reports/<report_id>.docx                  GET   in   404  404  404  404  404  200  200  200  200  404  404
/reports/<report_id>.xlsx                  GET   in   404  404  404  404  404  200  200  200  200  404  404
/analysis/                                 GET   in   403  403  403  200  403  200  200  200  200  403  403
/analysis/repeated/                        GET   in   403  403  403  200  403  200  200  200  200  403  403
/analysis/topic/                           GET   in   403  403  403  200  403  200  200  200  200  403  403
/analysis/traced/                          GET   in   403  403  403  200  403  200  200  200  200  403  403

# indicators
/board/morning/                            GET   in   403  403  403  200  403  200  200  200  200  403  403
/board/month/                              GET   in   403  403  403  200  403  200  200  200  200  403  403
/board/list/                               GET   in   403  403  403  200  403  200  200  200  200  403  403
/indicators/                               GET   in   403  403  403  200  403  200  200  200  200  403  403
/indicators/figure/                        GET   in   403  403  403  200  403  200  200  200  200  403  403

# station
/stationing/                                        GET   in   403  403  403  403  403  403  200  200  403  403  403
/stationing/request/                                POST  in   403  403  403  403  403  403  302  302  403  403  403
/stationing/<stationing_id>/                        GET   in   404  404  404  404  404  404  200  200  404  404  404
/stationing/<stationing_id>/advice.xlsx             GET   in   404  404  404  404  404  404  200  200  404  404  404
"""
REPORTS += ASSESS_TABLE
