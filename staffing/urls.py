"""The addresses of people and places; the public ones at the root."""

from django.urls import path

from staffing import public, views

app_name = "staffing"
urlpatterns = [
    path("", public.home, name="home"),
    path("halls/<slug:code>/", public.hall, name="hall"),
    path("halls/<slug:code>/receptions/", public.receptions, name="receptions"),
    path("halls/<slug:code>/guide/", public.guide, name="guide"),
    path("halls/<slug:code>/complaint/", public.complain, name="complain"),
    path("complaint-answer/", public.complaint_answer, name="complaint-answer"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.change_password, name="change-password"),
    path("desk/", views.desk, name="desk"),
    path("hall-now/", views.hall_now, name="hall-now"),
    path("docket/", views.docket, name="docket"),
    path("complaints/", views.complaints, name="complaints"),
    path("complaints/export.csv", views.export_complaints, name="export-complaints"),
    path("complaints/<int:complaint_id>/", views.complaint, name="complaint"),
    path("complaints/<int:complaint_id>/answer/", views.answer_complaint, name="answer-complaint"),
    path("complaints/<int:complaint_id>/forward/", views.forward_complaint, name="forward-complaint"),
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
]
