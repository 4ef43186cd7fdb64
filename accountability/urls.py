"""The addresses of accountability."""

from django.urls import path

from accountability import views

app_name = "accountability"
urlpatterns = [
    # indicators
    path("board/morning/", views.morning, name="morning"),
    path("board/month/", views.month, name="month"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/figure/", views.figure_page, name="figure"),
]
