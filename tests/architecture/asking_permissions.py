"""The rows of `permissions.TABLE` for hearings asked for, decided on and their course: same columns, same answers."""

ASKING = """
# asking: hearings asked for, decided on, their course; the local rules
/hearings/                                         GET   in   403  403  200  200  200  200  200  200  403  403  403
/hearing-rules/                                    GET   in   403  403  200  200  200  200  200  200  403  403  403
/hearing-rules/                                    POST  in   403  403  403  403  403  403  302  403  403  403  403
/hearings/<hearing_id>/                            GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/hearings/                              GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/request-hearing/                       GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/request-hearing/                       POST  in   302  404  302  302  404  403  302  403  404  404  404
/cases/<pk>/open-hearing/                          GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/open-hearing/                          POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/grant-hearing/              GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/grant-hearing/              POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/refuse-hearing/             GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/refuse-hearing/             POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/set-openness/               GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/set-openness/               POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/postpone-hearing/           GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/postpone-hearing/           POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/suspend-hearing/            GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/suspend-hearing/            POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/resume-hearing/             GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/resume-hearing/             POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/end-hearing/                GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/end-hearing/                POST  in   403  404  403  302  404  403  302  403  404  404  404
/hearings/<hearing_id>/withdraw-hearing/           GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/withdraw-hearing/           POST  in   302  404  302  403  404  403  302  403  404  404  404
"""
