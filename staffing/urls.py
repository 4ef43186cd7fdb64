"""The addresses of people and places; the public ones at the root."""

from django.urls import path

from staffing import public, views

app_name = "staffing"
urlpatterns = [
    path("", public.home, name="home"),
    path("halls/<slug:code>/", public.hall, name="hall"),
    path("halls/<slug:code>/receptions/", public.receptions, name="receptions"),
    path("halls/<slug:code>/guide/", public.guide, name="guide"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.change_password, name="change-password"),
    path("desk/", views.desk, name="desk"),
    path("docket/", views.docket, name="docket"),
    path("hall-now/", views.hall_now, name="hall-now"),
]
