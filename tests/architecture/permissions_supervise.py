"""The lines of the topic supervise for the table in `permissions.py`, which has no room left."""

SUPERVISE = """
# supervise: supervision, its rules
# address                                                  anon clrk guid lias head lia2 lead mana supe admi stra idle
/supervisions/                                       GET   in   403  403  200  200  200  200  200  200  403  403  403
/supervisions/export.xlsx                            GET   in   403  403  200  200  200  200  200  200  403  403  403
/supervisions/new/                                   GET   in   403  403  403  403  403  403  200  200  403  403  403
/supervisions/new/                                   POST  in   403  403  403  403  403  403  302  302  403  403  403
/supervisions/<supervision_id>/                      GET   in   404  404  200  200  404  200  200  200  404  404  404
/supervisions/<supervision_id>/document/             GET   in   404  404  409  409  404  409  409  409  404  404  404
/supervisions/<supervision_id>/confirm-supervision/  GET   in   404  404  404  404  404  403  200  200  404  404  404
/supervisions/<supervision_id>/confirm-supervision/  POST  in   404  404  404  404  404  403  302  302  404  404  404
/supervisions/<supervision_id>/dismiss-supervision/  GET   in   404  404  404  404  404  403  200  200  404  404  404
/supervisions/<supervision_id>/dismiss-supervision/  POST  in   404  404  404  404  404  403  302  302  404  404  404
/supervisions/<supervision_id>/answer-supervision/   GET   in   404  404  200  200  404  403  403  403  404  404  404
/supervisions/<supervision_id>/answer-supervision/   POST  in   404  404  302  302  404  403  403  403  404  404  404
/supervisions/<supervision_id>/return-supervision/   GET   in   404  404  403  403  404  403  200  200  404  404  404
/supervisions/<supervision_id>/return-supervision/   POST  in   404  404  403  403  404  403  302  302  404  404  404
/supervisions/<supervision_id>/close-supervision/    GET   in   404  404  403  403  404  403  200  200  404  404  404
/supervisions/<supervision_id>/close-supervision/    POST  in   404  404  403  403  404  403  302  302  404  404  404
/supervision-rules/                                  GET   in   403  403  403  403  403  403  200  200  403  403  403
/supervision-rules/                                  POST  in   403  403  403  403  403  403  302  403  403  403  403

# supervise: inspections, what the public reads of them
/halls/<code>/inspections/                           GET   200
/inspections/                                        GET   in   403  403  403  403  403  200  200  200  403  403  403
/inspections/new/                                    GET   in   403  403  403  403  403  403  200  200  403  403  403
/inspections/new/                                    POST  in   403  403  403  403  403  403  302  302  403  403  403
/inspections/<inspection_id>/                        GET   in   404  404  404  404  404  200  200  200  404  404  404
/inspections/<inspection_id>/draw-sample/            GET   in   404  404  404  404  404  403  200  200  404  404  404
/inspections/<inspection_id>/draw-sample/            POST  in   404  404  404  404  404  403  302  302  404  404  404
/inspections/<inspection_id>/cancel-inspection/      GET   in   404  404  404  404  404  403  200  200  404  404  404
/inspections/<inspection_id>/cancel-inspection/      POST  in   404  404  404  404  404  403  302  302  404  404  404
/inspections/<inspection_id>/conclude-inspection/    GET   in   404  404  404  404  404  403  200  200  404  404  404
/inspections/<inspection_id>/conclude-inspection/    POST  in   404  404  404  404  404  403  302  302  404  404  404
/inspections/<inspection_id>/publish-inspection/     GET   in   404  404  404  404  404  200  200  403  404  404  404
/inspections/<inspection_id>/publish-inspection/     POST  in   404  404  404  404  404  302  302  403  404  404  404
/inspections/<inspection_id>/withdraw-inspection/    GET   in   404  404  404  404  404  200  200  403  404  404  404
/inspections/<inspection_id>/withdraw-inspection/    POST  in   404  404  404  404  404  302  302  403  404  404  404
/inspection-checks/<check_id>/record-check/          GET   in   404  404  404  404  404  403  200  200  404  404  404
/inspection-checks/<check_id>/record-check/          POST  in   404  404  404  404  404  403  302  302  404  404  404

# exemplary cases
/exemplary-cases/                                    GET   in   200  200  200  200  200  200  200  200  403  200  403
/exemplary-cases/<exemplary_id>/withdraw-exemplary/  GET   in   200  200  200  200  200  200  200  200  404  404  404
/exemplary-cases/<exemplary_id>/withdraw-exemplary/  POST  in   403  403  403  403  403  403  302  302  404  404  404
/cases/<case_id>/mark-exemplary/                     GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<case_id>/mark-exemplary/                     POST  in   403  404  403  403  404  403  302  302  404  404  404

# supervise: the desk's door for who comes again about an open matter
/cases/<case>/visits/add/                            GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<case>/visits/add/                            POST  in   302  404  403  403  404  403  302  403  404  404  404
"""
