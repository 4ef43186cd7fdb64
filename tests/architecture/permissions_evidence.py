"""The lines of the topic evidence: files that go with what was said, lists that are taken along."""

EVIDENCE = """
# evidence: files; the Excel files of lists that had none
# address                                                  anon clrk guid lias head lia2 lead mana supe admi stra idle
/evidence/<evidence_id>/                             GET   in   404  404  200  200  404  200  200  200  404  404  404
/inspections/export.xlsx                             GET   in   403  403  403  403  403  200  200  200  403  403  403
/inspections/<inspection_id>/sample.xlsx             GET   in   404  404  404  404  404  200  200  200  404  404  404
/indicators/figure.xlsx                              GET   in   403  403  403  200  403  200  200  200  200  403  403
/analysis/repeated.xlsx                              GET   in   403  403  403  200  403  200  200  200  403  403  403
/analysis/topic.xlsx                                 GET   in   403  403  403  200  403  200  200  200  200  403  403
/access-log/unusual.xlsx                             GET   in   403  403  403  200  403  403  200  200  403  403  403
"""
