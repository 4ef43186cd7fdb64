"""The addresses that the shells reverse, for drawing the gallery without the rest of the house."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def page(request: HttpRequest, page: str = "") -> HttpResponse:
    return render(request, f"hall/gallery_{page}.html" if page else "hall/gallery.html")


urlpatterns = [
    path("_gallery/", page),
    path("_gallery/<slug:page>/", page),
    path("i18n/setlang/", page, name="set_language"),
    path("look/", page, name="set_look"),
]
