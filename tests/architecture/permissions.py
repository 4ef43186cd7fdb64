"""Who is answered what, literally: every address, method and person of the house.

`200` the page; `302` done, go on there; `204` done, stay; `in` sign in first; `403` seen, but not yours to do; `404`
says nothing of what exists; `409` not in this state. Forms are filled in rightly (`doorways.py`), so a refusal is
about the person or the state. Two pages stand for more than they say: the sign-in is asked with a wrong password,
and the paper of the case has not been printed yet.

People: those of the cast at their posts, `liaison` and `head` of the unit that handles the case, `liaison2` of another
unit, `stranger` a clerk of another county's hall, `idle` an account without a post.
"""

PEOPLE = (
    "anon", "clerk", "guide", "liaison", "head", "liaison2", "leader", "manager", "supervisor", "administrator",
    "stranger", "idle",
)  # fmt: skip

EVERYBODY = ("anon", "clerk", "administrator")
"""Who is asked where one answer stands for all: the door does not look at the person."""

KEPT_OUT = {
    "accused": "liaison of the unit that the case complains of",
    "head": "complained of by name, though the own unit handles the case",
    "clerk2": "recused, though the own hall registered the case",
    "leader2": "recused as well",
    "liaison2": "of a unit that never got the case",
    "stranger": "clerk of another hall",
    "guide": "of this hall, but no file is the guide's",
    "administrator": "looks after the house, not after the files",
    "idle": "without a post",
}
"""Who sees nothing of the case that `World.cases["secret"]` is, and why."""

TABLE = """
# address                                        anon clrk guid lias head lia2 lead mana supe admi stra idle

# Without a login
/                                          GET   200
/halls/<code>/                             GET   200
/halls/<code>/guide/                       GET   200
/halls/<code>/receptions/                  GET   200
/accessibility/                            GET   200
/healthz                                   GET   200
/look/                                     GET   302
/i18n/setlang/                             POST  302
/kiosk/<hall>/                             GET   200
/kiosk/<hall>/                             POST  302
/kiosk/<hall>/<token>/                     GET   200
/tickets/<token>/                          GET   200
/tickets/<token>/live/                     GET   200
/tickets/<token>/print/                    GET   200
/display/<hall>/                           GET   200
/display/<hall>/live/                      GET   200
/api/halls/<hall>/display                  GET   200
/progress/                                 GET   200
/progress/                                 POST  200
/progress/documents/<token>/               GET   409
/routes/                                   GET   200

# Signing in, one's own account
/sign-in/                                  GET   200  302  302  302  302  302  302  302  302  302  302  302
/sign-in/                                  POST  422
/sign-out/                                 POST  in   302  302  302  302  302  302  302  302  302  302  302
/password/                                 GET   in   200  200  200  200  200  200  200  200  200  200  200
/password/                                 POST  in   302  302  302  302  302  302  302  302  302  302  302
/desk/                                     GET   in   302  302  302  302  302  302  302  302  302  302  200
/messages/                                 GET   in   200  200  200  200  200  200  200  200  200  200  200
/messages/<pk>/open/                       POST  in   404  404  302  404  404  404  404  404  404  404  404
/messages/read/                            POST  in   302  302  302  302  302  302  302  302  302  302  302

# People and receptions
/people/                                   GET   in   403  403  403  403  403  403  200  403  200  403  403
/people/<user_id>/                         GET   in   404  404  404  404  404  404  200  404  200  404  404
/people/<user_id>/disable/                 GET   in   404  404  404  404  404  404  200  404  200  404  404
/people/<user_id>/disable/                 POST  in   404  404  404  404  404  404  302  404  302  404  404
/people/<user_id>/enable/                  POST  in   404  404  404  404  404  404  302  404  302  404  404
/people/<user_id>/password/                POST  in   404  404  404  404  404  404  200  404  200  404  404
/people/<user_id>/post/                    GET   in   404  404  404  404  404  404  200  404  200  404  404
/people/<user_id>/post/                    POST  in   404  404  404  404  404  404  302  404  302  404  404
/people/register/                          GET   in   403  403  403  403  403  403  200  403  200  403  403
/people/register/                          POST  in   403  403  403  403  403  403  200  403  200  403  403
/postings/<posting_id>/end/                GET   in   404  404  404  404  404  404  200  404  200  404  404
/postings/<posting_id>/end/                POST  in   404  404  404  404  404  404  302  404  302  404  404
/hall-now/                                 GET   in   403  403  403  403  403  403  200  200  200  403  403
/reception-plan/                           GET   in   403  403  403  403  403  403  200  403  200  403  403
/reception-plan/<reception_id>/cancel/     GET   in   404  404  404  404  404  404  200  404  200  404  404
/reception-plan/<reception_id>/cancel/     POST  in   404  404  404  404  404  404  302  404  302  404  404
/reception-plan/<reception_id>/change/     GET   in   404  404  404  404  404  404  200  404  200  404  404
/reception-plan/<reception_id>/change/     POST  in   404  404  404  404  404  404  302  404  302  404  404
/reception-plan/<reception_id>/hold/       POST  in   404  404  404  404  404  302  302  404  302  404  404
/reception-plan/<reception_id>/publish/    POST  in   404  404  404  404  404  404  302  404  302  404  404
/reception-plan/new/                       GET   in   403  403  403  403  403  403  200  403  200  403  403
/reception-plan/new/                       POST  in   403  403  403  403  403  403  302  403  302  403  403
/reception-plan/publish/                   POST  in   403  403  403  403  403  403  302  403  302  403  403
/docket/                                   GET   in   200  200  200  200  200  200  200  200  200  200  200

# The line
/guide/                                    GET   in   302  302  302  403  302  403  302  403  403  302  403
/guide/<hall>/                             GET   in   200  200  200  403  200  403  200  403  403  404  404
/guide/<hall>/board/                       GET   in   200  200  200  403  200  403  200  403  403  404  404
/guide/<hall>/take-number/                 POST  in   302  302  302  403  302  403  302  403  403  404  404
/queue-day/                                GET   in   403  403  403  403  403  403  200  200  403  403  403
/queue-day/<hall>/                         GET   in   403  403  403  403  403  403  200  200  403  404  404
/queue-windows/                            GET   in   403  403  403  403  403  403  200  403  403  403  404
/queue-windows/                            POST  in   403  403  403  403  403  403  302  403  403  403  404
/queue-windows/<hall>/                     GET   in   403  403  403  403  403  403  200  403  403  404  404
/queue-windows/<hall>/                     POST  in   403  403  403  403  403  403  302  403  403  404  404
/console/                                  GET   in   302  403  302  403  302  403  200  403  403  200  403
/console/<window>/                         GET   in   200  403  200  403  200  403  200  403  403  404  404
/console/<window>/board/                   GET   in   200  403  200  403  200  403  200  403  403  404  404
/console/<window>/call-next/               POST  in   302  403  302  403  302  403  302  403  403  404  404
/console/<window>/call-ticket/<ticket>/    POST  in   302  403  302  403  302  403  302  403  403  404  404
/api/windows/<window>/console              GET   403  200  403  200  403  200  403  200  403  403  404  404
/tickets/<ticket>/finish/                  POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/leave/                   POST  in   302  302  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/miss/                    POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/park/                    POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/recall/                  POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/reinstate/               POST  in   302  302  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/serve/                   POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/transfer/                POST  in   302  403  302  403  302  403  302  403  403  404  404

# Registration
/register/                                 GET   in   200  403  403  403  403  403  200  403  403  200  403
/register/                                 POST  in   302  403  403  403  403  403  302  403  403  302  403
/register/categories/                      GET   in   200  200  200  200  200  200  200  200  200  200  200
/register/contact/                         POST  in   200  403  403  403  403  403  200  403  403  404  403
/register/draft/                           POST  in   200  403  403  403  403  403  200  403  403  200  403
/register/draft/<token>/discard/           POST  in   302  302  302  302  302  302  302  302  302  302  302
/register/history/                         POST  in   200  403  403  403  403  403  200  403  403  200  403
/receipts/<case>/                          GET   in   200  404  403  403  404  403  200  403  404  404  404
/cases/<case>/materials/add/               GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<case>/materials/add/               POST  in   302  404  302  302  404  403  302  403  404  404  404

# Case files
/work/                                     GET   in   200  403  200  200  200  200  200  200  403  200  403
/work/export.csv                           GET   in   200  403  200  200  200  200  200  200  403  200  403
/search/                                   GET   in   200  200  200  200  200  200  200  200  200  200  200
/cases/<pk>/                               GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/documents/<document_id>/       GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/documents/<document_id>/file/  GET   in   409  404  409  409  404  409  409  409  404  404  404
/cases/<pk>/materials/<material_id>/       GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/people/<petitioner_id>/reveal/ GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/people/<petitioner_id>/reveal/ POST  in   200  404  200  200  404  403  200  200  404  404  404
/cases/<pk>/receive/                       GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/receive/                       POST  in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/triage/                        GET   in   200  404  404  404  404  200  200  200  404  404  404
/cases/<pk>/triage/                        POST  in   302  404  404  404  404  403  302  403  404  404  404
/cases/<pk>/withdraw/                      GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/withdraw/                      POST  in   302  404  302  302  404  403  302  403  404  404  404
/petitioners/<pk>/                         GET   in   200  404  200  200  404  200  200  200  404  404  404
"""
