"""The house's addresses with the gallery, which otherwise is there in DEBUG alone."""

from django.urls import path

from hall import urls

urlpatterns = [
    *urls.urlpatterns,
    path("_gallery/", urls.gallery),
    path("_gallery/<slug:page>/", urls.gallery),
]
