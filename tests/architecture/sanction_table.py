"""Who is answered what at criticism notices and advice: the part of the table in `permissions` that is theirs."""

SANCTIONS = """
# notice: criticism notices and advice
/criticism-notices/                                   GET  in   403  403  200  200  200  200  200  200  403  403  403
/criticism-notices/export.xlsx                        GET  in   403  403  200  200  200  200  200  200  403  403  403
/criticism-notices/new/                               GET  in   403  403  403  403  403  403  200  200  403  403  403
/criticism-notices/new/                               POST in   403  403  403  403  403  403  302  302  403  403  403
/advices/                                             GET  in   403  403  200  200  200  200  200  200  403  403  403
/advices/export.xlsx                                  GET  in   403  403  200  200  200  200  200  200  403  403  403
/advices/new/                                         GET  in   403  403  403  403  403  403  200  200  403  403  403
/advices/new/                                         POST in   403  403  403  403  403  403  302  302  403  403  403
/criticism-notices/<criticism_id>/                    GET  in   404  404  200  200  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/document/           GET  in   404  404  409  409  404  409  409  409  404  404  404
/criticism-notices/<criticism_id>/revocation/         GET  in   404  404  409  409  404  409  409  409  404  404  404
/advices/<advice_id>/                                 GET  in   404  404  200  200  404  200  200  200  404  404  404
/advices/<advice_id>/document/                        GET  in   404  404  409  409  404  409  409  409  404  404  404
/advices/<advice_id>/revocation/                      GET  in   404  404  409  409  404  409  409  409  404  404  404
/criticism-notices/<criticism_id>/ask-criticism-revocation/ GET in 404  404  200  200  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/ask-criticism-revocation/ POST in 404 404  403  403  404  403  302  302  404  404  404
/criticism-notices/<criticism_id>/revoke-criticism/   GET  in   404  404  200  200  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/revoke-criticism/   POST in   404  404  403  403  404  302  403  403  404  404  404
/advices/<advice_id>/ask-advice-revocation/           GET  in   404  404  200  200  404  200  200  200  404  404  404
/advices/<advice_id>/ask-advice-revocation/           POST in   404  404  403  403  404  403  302  302  404  404  404
/advices/<advice_id>/revoke-advice/                   GET  in   404  404  200  200  404  200  200  200  404  404  404
/advices/<advice_id>/revoke-advice/                   POST in   404  404  403  403  404  302  403  403  404  404  404
/criticism-notices/<criticism_id>/acknowledge-criticism/ GET  in   404  404  200  200  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/acknowledge-criticism/ POST in   404  404  302  302  404  403  403  403  404  404  404
/criticism-notices/<criticism_id>/answer-criticism/   GET  in   404  404  200  200  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/answer-criticism/   POST in   404  404  302  302  404  403  403  403  404  404  404
/criticism-notices/<criticism_id>/close-criticism/    GET  in   404  404  200  200  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/close-criticism/    POST in   404  404  403  403  404  403  302  302  404  404  404
/advices/<advice_id>/reply-advice/                    GET  in   404  404  200  200  404  200  200  200  404  404  404
/advices/<advice_id>/reply-advice/                    POST in   404  404  302  302  404  403  403  403  404  404  404
/advices/<advice_id>/record-adoption/                 GET  in   404  404  200  200  404  200  200  200  404  404  404
/advices/<advice_id>/record-adoption/                 POST in   404  404  302  302  404  403  403  403  404  404  404
/advices/<advice_id>/close-advice/                    GET  in   404  404  200  200  404  200  200  200  404  404  404
/advices/<advice_id>/close-advice/                    POST in   404  404  403  403  404  403  302  302  404  404  404
/advices/<advice_id>/serve-advice/                    GET  in   404  404  404  404  404  200  200  200  404  404  404
/advices/<advice_id>/serve-advice/                    POST in   404  404  404  404  404  403  302  302  404  404  404
/criticism-notices/<criticism_id>/edit-criticism/     GET  in   404  404  404  404  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/edit-criticism/     POST in   404  404  404  404  404  403  403  302  404  404  404
/criticism-notices/<criticism_id>/return-criticism/   GET  in   404  404  404  404  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/return-criticism/   POST in   404  404  404  404  404  302  403  403  404  404  404
/criticism-notices/<criticism_id>/approve-criticism/  GET  in   404  404  404  404  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/approve-criticism/  POST in   404  404  404  404  404  302  403  403  404  404  404
/criticism-notices/<criticism_id>/withdraw-criticism/ GET  in   404  404  404  404  404  200  200  200  404  404  404
/criticism-notices/<criticism_id>/withdraw-criticism/ POST in   404  404  404  404  404  403  302  302  404  404  404
/advices/<advice_id>/edit-advice/                     GET  in   404  404  404  404  404  200  200  200  404  404  404
/advices/<advice_id>/edit-advice/                     POST in   404  404  404  404  404  403  403  302  404  404  404
/advices/<advice_id>/return-advice/                   GET  in   404  404  404  404  404  200  200  200  404  404  404
/advices/<advice_id>/return-advice/                   POST in   404  404  404  404  404  302  403  403  404  404  404
/advices/<advice_id>/approve-advice/                  GET  in   404  404  404  404  404  200  200  200  404  404  404
/advices/<advice_id>/approve-advice/                  POST in   404  404  404  404  404  302  403  403  404  404  404
/advices/<advice_id>/withdraw-advice/                 GET  in   404  404  404  404  404  200  200  200  404  404  404
/advices/<advice_id>/withdraw-advice/                 POST in   404  404  404  404  404  403  302  302  404  404  404
"""
