"""The rows of `permissions.TABLE` for the pool and the panel of hearings: same columns, same words."""

PANEL = """
# panel: the pool of a hall, the panel of a hearing, its parties and its date
/hearing-pool/                                  GET   in   200  403  200  200  200  403  200  200  403  200  403
/hearing-pool/export.xlsx                       GET   in   200  403  200  200  200  403  200  200  403  200  403
/hearing-pool/new/                              GET   in   403  403  403  403  403  403  200  403  403  403  403
/hearing-pool/new/                              POST  in   403  403  403  403  403  403  302  403  403  403  403
/hearing-pool/<member_id>/                      GET   in   403  404  403  403  403  404  200  403  404  404  404
/hearing-pool/<member_id>/                      POST  in   403  404  403  403  403  404  302  403  404  404  404
/hearing-pool/<member_id>/retire/               GET   in   403  404  403  403  403  404  200  403  404  404  404
/hearing-pool/<member_id>/retire/               POST  in   403  404  403  403  403  404  302  403  404  404  404
/hearing-pool/<member_id>/restore/              POST  in   403  404  403  403  403  404  302  403  404  404  404
/hearings/<hearing_id>/panel/                   GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/draws/                   GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/draw-panel/              GET   in   403  404  403  403  404  403  200  403  404  404  404
/hearings/<hearing_id>/draw-panel/              POST  in   403  404  403  403  404  403  302  403  404  404  404
/hearings/<hearing_id>/parties/                 GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/add-party/                GET   in   200  404  200  200  404  200  200  200  404  404  404
/hearings/<hearing_id>/add-party/               POST  in   403  404  403  403  404  403  302  403  404  404  404
/hearings/<hearing_id>/schedule-hearing/        GET   in   403  404  403  403  404  403  200  403  404  404  404
/hearings/<hearing_id>/schedule-hearing/        POST  in   403  404  403  403  404  403  302  403  404  404  404
/hearing-seats/<seat_id>/request-recusal/       GET   in   200  404  403  403  404  403  200  200  404  404  404
/hearing-seats/<seat_id>/request-recusal/       POST  in   302  404  403  403  404  403  302  302  404  404  404
/hearing-seats/<seat_id>/replace-member/        GET   in   403  404  403  403  404  403  200  403  404  404  404
/hearing-seats/<seat_id>/replace-member/        POST  in   403  404  403  403  404  403  302  403  404  404  404
/hearing-recusals/<recusal_id>/decide/          GET   in   403  404  403  403  404  403  200  403  404  404  404
/hearing-recusals/<recusal_id>/decide/          POST  in   403  404  403  403  404  403  302  403  404  404  404
/hearing-parties/<party_id>/remove/             GET   in   403  404  403  403  404  403  200  403  404  404  404
/hearing-parties/<party_id>/remove/             POST  in   403  404  403  403  404  403  302  403  404  404  404
"""
