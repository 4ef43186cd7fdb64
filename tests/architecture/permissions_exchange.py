"""Exchange with the national system; read as `permissions` says. A file is its owner's alone."""

EXCHANGE = """
# exchange
/exchange/                                 GET   in   200  403  403  403  403  403  200  200  403  200  403
/exchange/export/                          GET   in   200  403  403  403  403  403  200  200  403  200  403
/exchange/export/                          POST  in   302  403  403  403  403  403  302  302  403  403  403
/exchange/exports/<token>/                 GET   in   200  404  404  404  404  404  404  404  404  404  404
/exchange/exports/<token>/file/            GET   in   200  404  404  404  404  404  404  404  404  404  404
/exchange/import/                          GET   in   200  403  403  403  403  403  200  403  403  200  403
/exchange/import/                          POST  in   302  403  403  403  403  403  302  403  403  302  403
/exchange/template.xlsx                    GET   in   200  403  403  403  403  403  200  200  403  200  403
/exchange/imports/<token>/                 GET   in   200  404  404  404  404  404  404  404  404  404  404
/exchange/imports/<token>/columns/         POST  in   302  404  404  404  404  404  404  404  404  404  404
/exchange/imports/<token>/confirm/         POST  in   302  404  404  404  404  404  404  404  404  404  404
/exchange/imports/<token>/rejected.xlsx    GET   in   200  404  404  404  404  404  404  404  404  404  404
/cases/<pk>/national/                      GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/national/                      POST  in   200  404  200  200  404  403  200  200  404  404  404
/cases/<pk>/note-national-number/          GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/note-national-number/          POST  in   302  404  403  403  404  403  302  403  404  404  404
"""
