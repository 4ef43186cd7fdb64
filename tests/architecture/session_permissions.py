"""Who is answered what on the day of a hearing: rows of the table in `permissions.py`, which joins them."""

SESSION_TABLE = """
# session: the day of a hearing; leader presides, clerk records, the petition office holds it
/hearings/<hearing_id>/session/                     GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/start-hearing/               GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/start-hearing/               POST  in   302  404  403  403  404  302  302  403  404  404  404
/hearings/<hearing_id>/begin-step/                  POST  in   302  404  403  403  404  302  302  403  404  404  404
/hearings/<hearing_id>/end-step/                    POST  in   302  404  403  403  404  302  302  403  404  404  404
/hearings/<hearing_id>/skip-step/                   POST  in   302  404  403  403  404  302  302  403  404  404  404
/hearings/<hearing_id>/close-session/               POST  in   302  404  403  403  404  302  302  403  404  404  404
/hearings/<hearing_id>/transcript/                  GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/write-page/                  POST  in   302  404  403  403  404  403  403  403  404  404  404
/hearings/<hearing_id>/pages/<page_id>/correct-page/ GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/pages/<page_id>/correct-page/ POST  in   302  404  403  403  404  403  403  403  404  404  404
/hearings/<hearing_id>/sign-page/                   GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/sign-page/                   POST  in   302  404  403  403  404  302  403  403  404  404  404
/hearings/<hearing_id>/deliberation/                GET   in   200  404  404  404  404  200  404  404  404  404  404
/hearings/<hearing_id>/record-finding/              POST  in   302  404  404  404  404  403  404  404  404  404  404
/hearings/<hearing_id>/conclusion/                  GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/conclude-hearing/            GET   in   200  404  404  404  404  200  404  404  404  404  404
/hearings/<hearing_id>/conclude-hearing/            POST  in   403  404  404  404  404  302  404  404  404  404  404
"""
