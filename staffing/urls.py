"""The addresses of people and places; the public ones at the root."""

from django.urls import path

from staffing import public, views

app_name = "staffing"
urlpatterns = [
    path("", public.home, name="home"),
    path("halls/<slug:code>/", public.hall, name="hall"),
    path("halls/<slug:code>/receptions/", public.receptions, name="receptions"),
    path("halls/<slug:code>/receptions.ics", public.receptions_ics, name="receptions-ics"),
    path("halls/<slug:code>/receptions.atom", public.receptions_atom, name="receptions-atom"),
    path("halls/<slug:code>/receptions.json", public.receptions_json, name="receptions-json"),
    path("halls/<slug:code>/receptions/print/", public.receptions_print, name="receptions-print"),
    path("halls/<slug:code>/receptions/slide/", public.receptions_slide, name="receptions-slide"),
    path(
        "halls/<slug:code>/receptions/slide/live/", public.receptions_slide_live, name="receptions-slide-live"
    ),
    path("halls/<slug:code>/receptions/press.docx", public.press_docx, name="receptions-docx"),
    path("halls/<slug:code>/receptions/press.xlsx", public.press_xlsx, name="receptions-xlsx"),
    path("halls/<slug:code>/guide/", public.guide, name="guide"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.change_password, name="change-password"),
    path("desk/", views.desk, name="desk"),
    path("hall-now/", views.hall_now, name="hall-now"),
    path("people/", views.people, name="people"),
    path("people/register/", views.register_user, name="register-user"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("people/<int:user_id>/post/", views.post_person, name="post-person"),
    path("people/<int:user_id>/password/", views.reset_password, name="reset-password"),
    path("people/<int:user_id>/disable/", views.disable_user, name="disable-user"),
    path("people/<int:user_id>/enable/", views.enable_user, name="enable-user"),
    path("postings/<int:posting_id>/end/", views.end_posting, name="end-posting"),
    path("reception-plan/", views.reception_plan, name="reception-plan"),
    path("reception-plan/new/", views.plan_reception, name="plan-reception"),
    path("reception-plan/publish/", views.publish_month, name="publish-month"),
    path("reception-plan/<int:reception_id>/publish/", views.publish_reception, name="publish-reception"),
    path("reception-plan/<int:reception_id>/change/", views.change_reception, name="change-reception"),
    path("reception-plan/<int:reception_id>/cancel/", views.cancel_reception, name="cancel-reception"),
    path("reception-plan/<int:reception_id>/hold/", views.hold_reception, name="hold-reception"),
    path("reception-plan/<int:reception_id>/substitute/", views.substitute_leader, name="substitute-leader"),
    path("reception-plan/<int:reception_id>/postpone/", views.postpone_reception, name="postpone-reception"),
    path("reception-plan/<int:reception_id>/approve/", views.approve_reception, name="approve-reception"),
    path("reception-plan/propose/", views.propose_month, name="propose-month"),
    path("reception-plan/proposals/<int:proposal_id>/", views.proposal, name="proposal"),
    path("reception-plan/proposals/<int:proposal_id>/adopt/", views.adopt_proposal, name="adopt-proposal"),
    path("reception-approvals/", views.approvals, name="approvals"),
    path("reception-approvals/approve/", views.approve_month, name="approve-month"),
    path("reception-rules/", views.rhythm, name="rhythm"),
    path("reception-rules/new/", views.new_rhythm_rule, name="new-rhythm-rule"),
    path("reception-rules/<int:rule_id>/", views.save_rhythm_rule, name="save-rhythm-rule"),
    path("reception-rules/leaders/<int:posting_id>/rank/", views.rank_leader, name="rank-leader"),
    path("absences/", views.absences, name="absences"),
    path("absences/report/", views.report_absence, name="report-absence"),
    path("absences/<int:absence_id>/withdraw/", views.withdraw_absence, name="withdraw-absence"),
]
