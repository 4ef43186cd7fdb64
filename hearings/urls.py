"""The addresses of hearings."""

from django.urls import path

from hearings import views

app_name = "hearings"
urlpatterns = [
    # session
    path("hearings/<int:hearing_id>/session/", views.session, name="session"),
    path("hearings/<int:hearing_id>/start-hearing/", views.start_hearing, name="start-hearing"),
    path("hearings/<int:hearing_id>/begin-step/", views.begin_step, name="begin-step"),
    path("hearings/<int:hearing_id>/end-step/", views.end_step, name="end-step"),
    path("hearings/<int:hearing_id>/skip-step/", views.skip_step, name="skip-step"),
    path("hearings/<int:hearing_id>/close-session/", views.close_session, name="close-session"),
    path("hearings/<int:hearing_id>/transcript/", views.transcript, name="transcript"),
    path("hearings/<int:hearing_id>/write-page/", views.write_page, name="write-page"),
    path(
        "hearings/<int:hearing_id>/pages/<int:page_id>/correct-page/", views.correct_page, name="correct-page"
    ),
    path("hearings/<int:hearing_id>/sign-page/", views.sign_page, name="sign-page"),
    path("hearings/<int:hearing_id>/deliberation/", views.deliberation, name="deliberation"),
    path("hearings/<int:hearing_id>/record-finding/", views.record_finding, name="record-finding"),
    path("hearings/<int:hearing_id>/conclusion/", views.conclusion, name="conclusion"),
    path("hearings/<int:hearing_id>/conclude-hearing/", views.conclude_hearing, name="conclude-hearing"),
]
