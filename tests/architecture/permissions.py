"""Who is answered what, literally: every address, method and person of the house.

`200` the page; `302` done, go on there; `204` done, stay; `in` sign in first; `403` seen, but not yours to do; `404`
says nothing of what exists; `409` not in this state. Forms are filled in rightly (`doorways.py`), so a refusal is
about the person or the state. Two pages stand for more than they say: the sign-in is asked with a wrong password,
and the paper of the case has not been printed yet.

People: those of the cast at their posts, `liaison` and `head` of the unit that handles the case, `liaison2` of another
unit, `stranger` a clerk of another county's hall, `idle` an account without a post.
"""

from tests.architecture.accountability_permissions import ACCOUNTABILITY
from tests.architecture.asking_permissions import ASKING
from tests.architecture.confer_doors import CONFER_TABLE
from tests.architecture.permissions_guidance import GUIDANCE
from tests.architecture.permissions_machines import MACHINES
from tests.architecture.permissions_panel import PANEL
from tests.architecture.session_permissions import SESSION_TABLE

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
"""Who sees nothing of `World.cases["secret"]`, and why."""

TABLE = """
# address                                        anon clrk guid lias head lia2 lead mana supe admi stra idle

# Without a login
/                                          GET   200
/halls/<code>/                             GET   200
/halls/<code>/guide/                       GET   200
/halls/<code>/receptions/                  GET   200
/accessibility/                            GET   200
# public
/privacy/                                  GET   200
/halls/<code>/figures/                     GET   200
/halls/<code>/figures.csv                  GET   200
/halls/<code>/complaint/                   GET   200
/halls/<code>/complaint/                   POST  200
/complaint-answer/                         GET   200
/complaint-answer/                         POST  200
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
/rate/                                     GET   200  403  403  403  403  403  403  403  403  403  403  403
/rate/                                     POST  200  403  403  403  403  403  403  403  403  403  403  403

# Signing in, one's own account
/sign-in/                                  GET   200  302  302  302  302  302  302  302  302  302  302  302
/sign-in/                                  POST  422
/sign-out/                                 POST  in   302  302  302  302  302  302  302  302  302  302  302
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

# docket: leaders' receptions from inside
/docket/                                   GET   in   200  200  200  200  200  200  200  200  200  200  200
/docket/items/<pk>/                        GET   in   200  404  404  404  404  200  200  200  404  404  404
/docket/items/<pk>/link-case/              GET   in   200  404  404  404  404  200  200  200  404  404  404
/docket/items/<pk>/link-case/              POST  in   302  404  404  404  404  403  302  403  404  404  404
/docket/items/<pk>/record/                 GET   in   200  404  404  404  404  200  200  200  404  404  404
/docket/items/<pk>/record/                 POST  in   302  404  404  404  404  302  302  403  404  404  404
/docket/items/<pk>/remove/                 GET   in   200  404  404  404  404  200  200  200  404  404  404
/docket/items/<pk>/remove/                 POST  in   302  404  404  404  404  403  302  403  404  404  404
/docket/receptions/<reception_id>/briefs/  GET   in   200  404  404  404  404  200  200  200  404  404  404
/docket/receptions/<reception_id>/place/   GET   in   200  404  404  404  404  200  200  200  404  404  404
/docket/receptions/<reception_id>/place/   POST  in   302  404  404  404  404  403  302  403  404  404  404
/instructions/                             GET   in   403  403  200  200  200  200  200  200  403  403  403
/ledger/                                   GET   in   200  403  403  403  403  200  200  200  403  200  403
/ledger/export.xlsx                        GET   in   200  403  403  403  403  200  200  200  403  200  403

# plan: leaders' receptions by rules, approved, published
/halls/<code>/receptions.ics               GET   200
/halls/<code>/receptions.atom              GET   200
/halls/<code>/receptions.json              GET   200
/halls/<code>/receptions/print/            GET   200
/halls/<code>/receptions/slide/            GET   200
/halls/<code>/receptions/slide/live/       GET   200
/halls/<code>/receptions/press.docx        GET   200
/halls/<code>/receptions/press.xlsx        GET   200
/reception-plan/propose/                   POST  in   403  403  403  403  403  403  302  403  302  403  403
/reception-plan/proposals/<proposal_id>/   GET   in   404  404  404  404  404  404  200  404  200  404  404
/reception-plan/proposals/<proposal_id>/adopt/ POST  in   404  404  404  404  404  404  302  404  302  404  404
/reception-plan/<reception_id>/substitute/ GET   in   404  404  404  404  404  404  200  404  200  404  404
/reception-plan/<reception_id>/substitute/ POST  in   404  404  404  404  404  404  302  404  302  404  404
/reception-plan/<reception_id>/postpone/   GET   in   404  404  404  404  404  404  200  404  200  404  404
/reception-plan/<reception_id>/postpone/   POST  in   404  404  404  404  404  404  302  404  302  404  404
/reception-plan/<reception_id>/approve/    POST  in   404  404  404  404  404  302  404  404  302  404  404
/reception-approvals/                      GET   in   403  403  403  403  403  200  403  403  200  403  403
/reception-approvals/approve/              POST  in   403  403  403  403  403  302  403  403  302  403  403
/reception-rules/                          GET   in   403  403  403  403  403  403  200  403  200  403  403
/reception-rules/new/                      GET   in   403  403  403  403  403  403  200  403  200  403  403
/reception-rules/new/                      POST  in   403  403  403  403  403  403  302  403  302  403  403
/reception-rules/<rule_id>/                GET   in   404  404  404  404  404  404  200  404  200  404  404
/reception-rules/<rule_id>/                POST  in   404  404  404  404  404  404  302  404  302  404  404
/reception-rules/leaders/<posting_id>/rank/ POST  in   404  404  404  404  404  404  302  404  302  404  404
/absences/                                 GET   in   403  403  403  403  403  200  200  403  200  403  403
/absences/report/                          GET   in   403  403  403  403  403  200  200  403  200  403  403
/absences/report/                          POST  in   403  403  403  403  403  302  302  403  302  403  403
/absences/<absence_id>/withdraw/           POST  in   404  404  404  404  404  302  302  404  302  404  404

# Postings and personnel (posts)
/halls/<code>/commitments/                  GET  200
/badges/<token>/                            GET  200
/badges/<token>/photo/                      GET  200
/my-post/                                   GET  in   200  200  200  200  200  200  200  200  200  200  200
/posting-ends/                              GET  in   403  403  403  200  403  403  200  403  200  403  403
/posting-ends/<end_id>/agree/              POST  in   404  404  404  302  404  404  403  404  403  404  404
/posting-ends/<end_id>/refuse/              GET  in   404  404  404  200  404  404  403  404  403  404  404
/posting-ends/<end_id>/refuse/             POST  in   404  404  404  302  404  404  403  404  403  404  404
/posting-ends/<end_id>/withdraw/           POST  in   404  404  404  403  404  404  302  404  403  404  404
/postings/<posting_id>/ask-end/             GET  in   404  404  404  404  404  404  200  404  404  404  404
/postings/<posting_id>/ask-end/            POST  in   404  404  404  404  404  404  302  404  404  404  404
/postings/<posting_id>/badge/               GET  in   404  200  404  404  404  404  200  404  200  404  404
/postings/<posting_id>/badge/issue/        POST  in   404  403  404  404  404  404  302  404  302  404  404
/postings/<posting_id>/handover/            GET  in   404  200  404  404  404  404  404  404  404  404  404
/postings/<posting_id>/handover/           POST  in   404  302  404  404  404  404  404  404  404  404  404
/handovers/<note_id>/                       GET  in   200  200  404  404  404  404  200  404  200  404  404
/handovers/<note_id>/accept/               POST  in   403  302  404  404  404  404  403  404  403  404  404
/people/<user_id>/file/                     GET  in   404  404  404  404  404  404  200  404  200  404  404
/people/<user_id>/file/                    POST  in   404  404  404  404  404  404  302  404  302  404  404
/people/<user_id>/photo/                    GET  in   404  200  404  404  404  404  200  404  200  404  404
/people/import/                             GET  in   403  403  403  403  403  403  200  403  200  403  403
/people/import/                            POST  in   403  403  403  403  403  403  302  403  302  403  403
/people/import/template.xlsx                GET  in   403  403  403  403  403  403  200  403  200  403  403
/people/import/<token>/                     GET  in   404  404  404  404  404  404  200  404  404  404  404
/people/import/<token>/confirm/            POST  in   404  404  404  404  404  404  302  404  404  404  404
/people/import/<token>/rejected.xlsx        GET  in   404  404  404  404  404  404  200  404  404  404  404
/duties/                                    GET  in   403  403  403  403  403  403  200  403  200  403  403
/duties/write/                              GET  in   403  403  403  403  403  403  200  403  200  403  403
/duties/write/                             POST  in   403  403  403  403  403  403  302  403  302  403  403
/commitment-plan/                           GET  in   403  403  403  403  403  403  200  403  200  403  403
/commitment-plan/new/                       GET  in   403  403  403  403  403  403  200  403  200  403  403
/commitment-plan/new/                      POST  in   403  403  403  403  403  403  302  403  302  403  403
/commitment-plan/<commitment_id>/change/    GET  in   404  404  404  404  404  404  200  404  200  404  404
/commitment-plan/<commitment_id>/change/   POST  in   404  404  404  404  404  404  302  404  302  404  404
/commitment-plan/<commitment_id>/publish/  POST  in   404  404  404  404  404  404  302  404  302  404  404
/commitment-plan/<commitment_id>/withdraw/  GET  in   404  404  404  404  404  404  200  404  200  404  404
/commitment-plan/<commitment_id>/withdraw/ POST  in   404  404  404  404  404  404  302  404  302  404  404

# Rota and attendance (rota)
/halls/<code>/on-duty/                     GET   200
/rota/                                      GET   in   200  200  200  200  200  200  200  200  200  200  403
/rota/export.xlsx                           GET   in   200  200  200  200  200  200  200  200  200  200  403
/rota/duty/                                 GET   in   403  403  403  403  403  403  200  403  200  403  403
/rota/duty/                                POST   in   403  403  403  403  403  403  302  403  302  403  403
/rota/duties/<duty_id>/remove/             POST   in   403  403  403  403  403  403  302  403  302  404  404
/rota/duties/<duty_id>/call-in/            POST   in   302  302  302  302  302  403  302  403  403  404  404
/rota/duties/<duty_id>/swap/                GET   in   200  403  403  403  403  403  403  403  403  404  404
/rota/duties/<duty_id>/swap/               POST   in   302  403  403  403  403  403  403  403  403  404  404
/rota/call-ins/<call_id>/answer/           POST   in   302  302  302  302  302  403  302  403  403  404  404
/rota/fill/                                POST   in   403  403  403  403  403  403  302  403  302  403  403
/rota/pattern/                             POST   in   403  403  403  403  403  403  302  403  302  403  403
/rota/windows/<window_id>/stand-in/        POST   in   409  403  409  403  409  403  409  403  403  404  404
/my-duty/                                   GET   in   200  200  200  200  200  200  200  200  200  200  200
/my-duty/leave/                             GET   in   200  200  200  200  200  403  200  403  403  200  403
/my-duty/leave/                            POST   in   302  302  302  302  302  403  302  403  403  302  403
/leaves/<leave_id>/agree/                  POST   in   404  404  403  302  404  404  403  404  404  404  404
/leaves/<leave_id>/approve/                POST   in   404  404  403  403  404  404  302  404  404  404  404
/leaves/<leave_id>/refuse/                 POST   in   404  404  403  302  404  404  302  404  404  404  404
/leaves/<leave_id>/withdraw/               POST   in   404  404  302  403  404  404  403  404  404  404  404
/swaps/<swap_id>/agree/                    POST   in   403  404  404  404  404  404  403  404  404  404  404
/swaps/<swap_id>/approve/                  POST   in   403  404  404  404  404  404  302  404  404  404  404
/swaps/<swap_id>/refuse/                   POST   in   403  404  404  404  404  404  302  404  404  404  404
/swaps/<swap_id>/withdraw/                 POST   in   302  404  404  404  404  404  403  404  404  404  404
/attendance/                                GET   in   403  403  403  403  403  403  200  200  200  403  403
/attendance/month/                          GET   in   403  403  403  403  403  403  200  200  200  403  403
/attendance/export.xlsx                     GET   in   403  403  403  403  403  403  200  200  200  403  403
/attendance/check-in/                      POST   in   409  302  302  302  302  403  302  403  403  404  404
/attendance/check-out/                     POST   in   302  409  409  409  409  403  409  403  403  404  404
/attendance/leave-post/                    POST   in   302  409  409  409  409  403  409  403  403  404  404
/attendance/return-to-post/                POST   in   409  409  409  409  409  403  409  403  403  404  404

# Social participants, training and leaflets
/halls/<code>/leaflets/                    GET   200
/halls/<code>/leaflets/<slug>/             GET   200
/halls/<code>/leaflets/<slug>/print/       GET   200
/participants/                             GET   in   200  200  200  200  200  200  200  200  200  200  403
/participants/new/                         GET   in   403  403  403  403  403  403  200  403  200  403  403
/participants/new/                         POST  in   403  403  403  403  403  403  302  403  302  403  403
/participants/<participant_id>/            GET   in   403  403  403  403  403  403  200  403  200  404  404
/participants/<participant_id>/            POST  in   403  403  403  403  403  403  302  403  302  404  404
/participant-rota/                         GET   in   200  200  200  200  200  200  200  200  200  200  403
/participant-rota/new/                     GET   in   403  403  403  403  403  403  200  403  200  403  403
/participant-rota/new/                     POST  in   403  403  403  403  403  403  302  403  302  403  403
/participant-rota/<duty_id>/change/        GET   in   404  404  404  404  404  404  200  404  200  404  404
/participant-rota/<duty_id>/change/        POST  in   404  404  404  404  404  404  302  404  302  404  404
/participant-rota/<duty_id>/cancel/        GET   in   404  404  404  404  404  404  200  404  200  404  404
/participant-rota/<duty_id>/cancel/        POST  in   404  404  404  404  404  404  302  404  302  404  404
/courses/                                  GET   in   200  200  200  200  200  200  200  200  200  200  403
/courses/hours.xlsx                        GET   in   403  403  403  403  403  403  200  403  200  403  403
/courses/new/                              GET   in   403  403  403  403  403  403  200  403  200  403  403
/courses/new/                              POST  in   403  403  403  403  403  403  302  403  302  403  403
/courses/<course_id>/                      GET   in   200  200  200  200  200  200  200  200  200  404  404
/courses/<course_id>/change/               GET   in   403  403  403  403  403  403  200  403  200  404  404
/courses/<course_id>/change/               POST  in   403  403  403  403  403  403  302  403  302  404  404
/courses/<course_id>/enrol/                POST  in   403  403  403  403  403  403  302  403  302  404  404
/courses/<course_id>/record/               POST  in   403  403  403  403  403  403  302  403  302  404  404
/leaflets/                                 GET   in   403  403  403  403  403  403  200  403  200  403  403
/leaflets/new/                             GET   in   403  403  403  403  403  403  200  403  200  403  403
/leaflets/new/                             POST  in   403  403  403  403  403  403  302  403  302  403  403
/leaflets/<leaflet_id>/change/             GET   in   403  403  403  403  403  403  200  403  200  403  403
/leaflets/<leaflet_id>/change/             POST  in   403  403  403  403  403  403  302  403  302  403  403
/leaflets/<leaflet_id>/publish/            POST  in   404  404  404  404  404  404  302  404  302  404  404
/leaflets/<leaflet_id>/withdraw/           POST  in   404  404  404  404  404  404  302  404  302  404  404
/services/                                 GET   in   200  403  403  403  403  200  200  200  403  200  403
/services/new/                             GET   in   200  403  403  403  403  403  200  403  403  200  403
/services/new/                             POST  in   302  403  403  403  403  403  302  403  403  422  403
/services/allowance.xlsx                   GET   in   403  403  403  403  403  403  200  403  403  403  403
/services/<pk>/                            GET   in   200  404  200  200  404  200  200  200  404  404  404
/services/<pk>/correct/                    GET   in   200  404  403  403  404  403  200  403  404  404  404
/services/<pk>/correct/                    POST  in   302  404  403  403  404  403  302  403  404  404  404
/services/<pk>/take-over/                  GET   in   403  404  403  403  404  403  403  403  404  404  404
/services/<pk>/take-over/                  POST  in   403  404  403  403  404  403  403  403  404  404  404
/cases/<case>/services/                    GET   in   200  404  200  200  404  200  200  200  404  404  404

# public: complaints and figures
/complaints/                               GET   in   403  403  403  403  403  403  200  200  403  403  403
/complaints/export.csv                     GET   in   403  403  403  403  403  403  200  200  403  403  403
/complaints/<complaint_id>/                GET   in   404  404  404  404  404  404  200  200  404  404  404
/complaints/<complaint_id>/answer/         POST  in   404  404  404  404  404  404  302  302  404  404  404
/complaints/<complaint_id>/forward/        POST  in   404  404  404  404  404  404  302  302  404  404  404
/figures/                                  GET   in   403  403  403  403  403  403  200  200  403  403  403
/figures/<figure>/publish/                 POST  in   404  404  404  404  404  404  302  403  404  404  404

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
/api/windows/<window>/console              GET   401  200  403  200  403  200  403  200  403  403  404  404
/tickets/<ticket>/finish/                  POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/leave/                   POST  in   302  302  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/miss/                    POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/park/                    POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/recall/                  POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/reinstate/               POST  in   302  302  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/serve/                   POST  in   302  403  302  403  302  403  302  403  403  404  404
/tickets/<ticket>/transfer/                POST  in   302  403  302  403  302  403  302  403  403  404  404

# Booking a place with a leader (booking)
/halls/<code>/receptions/<reception_id>/book/ GET   200
/halls/<code>/receptions/<reception_id>/book/ POST 302
/bookings/<token>/                         GET  200
/bookings/<token>/confirm/                 POST 302
/bookings/<token>/accept/                  POST 302
/bookings/<token>/cancel/                  POST 302
/bookings/<token>/booking.ics              GET  200
/bookings/                                 GET  in   200  200  403  403  403  403  200  403  403  200  403
/receptions/<reception_id>/bookings/       GET  in   200  200  403  403  403  403  200  403  403  404  403
/receptions/<reception_id>/bookings/new/   GET  in   200  403  403  403  403  403  200  403  403  404  403
/receptions/<reception_id>/bookings/new/   POST in   302  403  403  403  403  403  302  403  403  404  403
/bookings/<booking_id>/accept/             POST in   302  403  403  403  403  403  302  403  403  404  403
/bookings/<booking_id>/advance/            GET  in   200  403  403  403  403  403  200  403  403  404  403
/bookings/<booking_id>/advance/            POST in   302  403  403  403  403  403  302  403  403  404  403
/bookings/<booking_id>/cancel/             GET  in   200  403  403  403  403  403  200  403  403  404  403
/bookings/<booking_id>/cancel/             POST in   302  403  403  403  403  403  302  403  403  404  403
/bookings/<booking_id>/check-in/           GET  in   200  200  403  403  403  403  200  403  403  404  403
/bookings/<booking_id>/check-in/           POST in   302  302  403  403  403  403  302  403  403  404  403
/bookings/<booking_id>/miss/               POST in   302  403  403  403  403  403  302  403  403  404  403
/bookings/<booking_id>/reveal/             GET  in   200  403  403  403  403  403  200  403  403  404  403
/bookings/<booking_id>/reveal/             POST in   200  403  403  403  403  403  200  403  403  404  403

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
/follow-ups/                               GET   in   403  403  403  403  403  403  403  200  403  403  403
/cases/<pk>/close-follow-up/               GET   in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/close-follow-up/               POST  in   403  404  403  403  404  403  403  302  404  404  404
/petitioners/<pk>/                         GET   in   200  404  200  200  200  200  200  200  404  404  404

# The verbs of a case, asked of one that is in hand (test_every_move.py asks them of every state)
/cases/<pk>/object-to-referral/            GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/object-to-referral/            POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/dispute-case/                  GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/dispute-case/                  POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/uphold-referral/               GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/uphold-referral/               POST in   403  404  403  403  404  403  409  403  404  404  404
/cases/<pk>/reroute-case/                  GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/reroute-case/                  POST in   403  404  403  403  404  403  409  403  404  404  404
/cases/<pk>/involve-unit/                  GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/involve-unit/                  POST in   403  404  302  302  404  403  302  403  404  404  404
/cases/<pk>/report-back/                   GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/report-back/                   POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/give-instruction/              GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/give-instruction/              POST in   302  404  403  403  404  302  302  403  404  404  404
/cases/<pk>/report-instruction/            GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/report-instruction/            POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/return-instruction/            GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/return-instruction/            POST in   403  404  403  403  404  409  409  403  404  404  404
/cases/<pk>/close-instruction/             GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/close-instruction/             POST in   403  404  403  403  404  409  409  403  404  404  404
/cases/<pk>/withdraw-instruction/          GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/withdraw-instruction/          POST in   403  404  403  403  404  302  302  403  404  404  404
/cases/<pk>/record-work/                   GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/record-work/                   POST in   302  404  302  302  404  403  302  403  404  404  404
/cases/<pk>/request-supplement/            GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/request-supplement/            POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/receive-supplement/            GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/receive-supplement/            POST in   409  404  409  409  404  403  409  403  404  404  404
/cases/<pk>/simplify-case/                 GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/simplify-case/                 POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/end-simple-procedure/          GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/end-simple-procedure/          POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/request-extension/             GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/request-extension/             POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/approve-extension/             GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/approve-extension/             POST in   403  404  403  409  404  403  403  403  404  404  404
/cases/<pk>/refuse-extension/              GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/refuse-extension/              POST in   403  404  403  409  404  403  403  403  404  404  404
/cases/<pk>/raise-urgent/                  GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/raise-urgent/                  POST in   302  404  302  302  404  403  302  403  404  404  404
/cases/<pk>/report-urgent/                 GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/report-urgent/                 POST in   409  404  409  409  404  403  409  403  404  404  404
/cases/<pk>/transfer-claims/               GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/transfer-claims/               POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/divert-case/                   GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/divert-case/                   POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/split-case/                    GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/split-case/                    POST in   302  404  302  302  404  403  302  403  404  404  404
/cases/<pk>/merge-case/                    GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/merge-case/                    POST in   302  404  403  403  404  403  302  403  404  404  404
/cases/<pk>/link-cases/                    GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/link-cases/                    POST in   302  404  302  302  404  403  302  403  404  404  404
/cases/<pk>/draft-opinion/                 GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/draft-opinion/                 POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/submit-opinion/                GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/submit-opinion/                POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/return-opinion/                GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/return-opinion/                POST in   403  404  403  409  404  403  403  403  404  404  404
/cases/<pk>/countersign-opinion/           GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/countersign-opinion/           POST in   403  404  403  409  404  403  403  403  404  404  404
/cases/<pk>/issue-opinion/                 GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/issue-opinion/                 POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/serve-opinion/                 GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/serve-opinion/                 POST in   409  404  409  409  404  403  409  403  404  404  404
/cases/<pk>/serve-document/                GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/serve-document/                POST in   422  404  422  422  404  403  422  403  404  404  404
/cases/<pk>/request-review/                GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/request-review/                POST in   409  404  403  403  404  403  409  403  404  404  404
/cases/<pk>/issue-review/                  GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/issue-review/                  POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/request-reexamination/         GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/request-reexamination/         POST in   409  404  403  403  404  403  409  403  404  404  404
/cases/<pk>/issue-reexamination/           GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/issue-reexamination/           POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/order-redo/                    GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/order-redo/                    POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/settle-case/                   GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/settle-case/                   POST in   403  404  302  302  404  403  403  403  404  404  404
/cases/<pk>/answer-suggestion/             GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/answer-suggestion/             POST in   403  404  409  409  404  403  403  403  404  404  404
/cases/<pk>/hand-over-accusation/          GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/hand-over-accusation/          POST in   409  404  403  403  404  403  409  403  404  404  404
/cases/<pk>/close-case/                    GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/close-case/                    POST in   403  404  403  403  404  403  409  403  404  404  404
/cases/<pk>/recuse-from-case/              GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/recuse-from-case/              POST in   302  404  422  302  404  422  302  422  404  404  404
/cases/<pk>/record-consent/                GET  in   200  404  200  200  404  200  200  200  404  404  404
/cases/<pk>/record-consent/                POST in   302  404  302  302  404  403  302  403  404  404  404

# field: leaders' visits with a case, taking charge, results
/halls/<code>/results/                              GET   200
/halls/<code>/results/<notice_id>/                  GET   200
/field-visits/                                      GET   in   200  403  200  200  200  200  200  200  403  200  403
/field-visits/export.xlsx                           GET   in   200  403  200  200  200  200  200  200  403  200  403
/field-visits/new/                                  GET   in   403  403  403  403  403  200  200  403  403  403  403
/field-visits/new/                                  POST  in   403  403  403  403  403  302  302  403  403  403  403
/field-visits/<visit_id>/                           GET   in   200  404  200  200  404  200  200  200  404  404  404
/field-visits/<visit_id>/change/                    GET   in   403  404  403  403  404  200  200  403  404  404  404
/field-visits/<visit_id>/change/                    POST  in   403  404  403  403  404  302  302  403  404  404  404
/field-visits/<visit_id>/cancel-field-visit/        GET   in   200  404  200  200  404  200  200  200  404  404  404
/field-visits/<visit_id>/cancel-field-visit/        POST  in   403  404  403  403  404  302  302  403  404  404  404
/field-visits/<visit_id>/record-field-visit/        GET   in   200  404  200  200  404  200  200  200  404  404  404
/field-visits/<visit_id>/record-field-visit/        POST  in   403  404  403  403  404  302  302  403  404  404  404
/field-visits/<visit_id>/conclude-field-visit/      GET   in   200  404  200  200  404  200  200  200  404  404  404
/field-visits/<visit_id>/conclude-field-visit/      POST  in   403  404  403  403  404  302  302  403  404  404  404
/visit-tasks/<task_id>/finish-visit-task/           GET   in   200  404  200  200  404  200  200  200  404  404  404
/visit-tasks/<task_id>/finish-visit-task/           POST  in   403  404  302  302  404  403  302  403  404  404  404
/sponsorships/                                      GET   in   200  403  200  200  200  200  200  200  403  200  403
/sponsorships/export.xlsx                           GET   in   200  403  200  200  200  200  200  200  403  200  403
/sponsorships/candidates/                           GET   in   403  403  403  403  403  403  200  403  403  403  403
/sponsorships/new/                                  GET   in   403  403  403  403  403  200  200  403  403  403  403
/sponsorships/new/                                  POST  in   403  403  403  403  403  302  302  403  403  403  403
/sponsorships/<sponsorship_id>/                     GET   in   200  404  200  200  404  200  200  200  404  404  404
/sponsorships/<sponsorship_id>/record-progress/     GET   in   200  404  200  200  404  200  200  200  404  404  404
/sponsorships/<sponsorship_id>/record-progress/     POST  in   403  404  302  302  404  302  302  403  404  404  404
/sponsorships/<sponsorship_id>/extend-sponsorship/  GET   in   200  404  200  200  404  200  200  200  404  404  404
/sponsorships/<sponsorship_id>/extend-sponsorship/  POST  in   403  404  403  403  404  302  302  403  404  404  404
/sponsorships/<sponsorship_id>/end-sponsorship/     GET   in   200  404  200  200  404  200  200  200  404  404  404
/sponsorships/<sponsorship_id>/end-sponsorship/     POST  in   403  404  403  403  404  302  302  403  404  404  404
/result-notices/                                    GET   in   200  403  200  200  200  200  200  200  403  200  403
/result-notices/new/                                GET   in   200  404  200  200  404  200  200  403  404  404  404
/result-notices/new/                                POST  in   302  404  302  302  404  302  302  403  404  404  404
/result-notices/<notice_id>/                        GET   in   200  404  200  200  404  200  200  200  404  404  404
/result-notices/<notice_id>/edit-result/            GET   in   200  404  200  200  404  200  200  200  404  404  404
/result-notices/<notice_id>/edit-result/            POST  in   302  404  403  403  404  403  403  403  404  404  404
/result-notices/<notice_id>/return-result/          GET   in   200  404  200  200  404  200  200  200  404  404  404
/result-notices/<notice_id>/return-result/          POST  in   403  404  403  403  404  302  302  403  404  404  404
/result-notices/<notice_id>/approve-result/         GET   in   200  404  200  200  404  200  200  200  404  404  404
/result-notices/<notice_id>/approve-result/         POST  in   403  404  403  403  404  302  302  403  404  404  404
/result-notices/<notice_id>/drop-result/            GET   in   200  404  200  200  404  200  200  200  404  404  404
/result-notices/<notice_id>/drop-result/            POST  in   302  404  403  403  404  302  302  403  404  404  404
/result-notices/<notice_id>/withdraw-result/        GET   in   200  404  200  200  404  200  200  200  404  404  404
/result-notices/<notice_id>/withdraw-result/        POST  in   403  404  403  403  404  302  302  403  404  404  404
"""
TABLE += GUIDANCE + CONFER_TABLE + ASKING + PANEL + SESSION_TABLE + ACCOUNTABILITY + MACHINES
