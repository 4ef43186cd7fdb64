"""The lines of the topic verify for the table in `permissions.py`, which has no room left."""

VERIFY = """
# verify: digests, the check of a receipt, the access log
# address                                        anon clrk guid lias head lia2 lead mana supe admi stra idle
/digests/                                  GET   200
/digests.json                              GET   200
/digests.txt                               GET   200
/check-receipt/                            GET   200
/check-receipt/                            POST  200
/journal-checks/                           GET   in   403  403  403  403  403  403  200  200  200  403  403
/petitioners/<petitioner_id>/file/         GET   in   200  404  403  403  403  403  200  403  404  404  404
/petitioners/<petitioner_id>/file/         POST  in   200  404  403  403  403  403  200  403  404  404  404
/access-log/                               GET   in   403  403  403  200  403  403  200  200  403  403  403
/access-log.csv                            GET   in   403  403  403  200  403  403  200  200  403  403  403
/access-log/unusual/                       GET   in   403  403  403  200  403  403  200  200  403  403  403
/access-log/unusual/<user_id>/<day>/<kind>/ GET  in   403  403  403  404  403  403  200  200  403  403  403
/access-log/unusual/<user_id>/<day>/<kind>/ POST in   403  403  403  404  403  403  302  302  403  403  403
"""
