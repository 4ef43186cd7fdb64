"""The addresses of the case file; the public ones need no login."""

from django.urls import path

from cases import public, views
from cases.views.all_doors import DOORS
from cases.views.doors import opened

app_name = "cases"
urlpatterns = [
    # Without a login
    path("progress/", public.progress, name="progress"),
    path("progress/documents/<str:token>/", public.progress_document, name="progress-document"),
    path("rate/", public.rate, name="rate"),
    path("routes/", public.routes, name="routes"),
    path("halls/<slug:code>/figures/", public.figures, name="figures"),
    path("halls/<slug:code>/figures.csv", public.figures_csv, name="figures-csv"),
    # Lists
    path("work/", views.work_list_page, name="work-list"),
    path("work/export.csv", views.export_work_list, name="export-work-list"),
    path("search/", views.search_page, name="search"),
    path("follow-ups/", views.follow_ups, name="follow-ups"),
    path("figures/", views.figures_desk, name="figures-desk"),
    path("figures/<int:figure>/publish/", views.publish_figures, name="publish-figures"),
    path("messages/", views.inbox, name="inbox"),
    path("messages/read/", views.read_all, name="read-all"),
    path("messages/<int:pk>/open/", views.open_message, name="open-message"),
    # One case
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/triage/", views.triage_page, name="triage"),
    path("cases/<int:pk>/receive/", views.receive_case, name="receive-case"),
    path("cases/<int:pk>/withdraw/", views.withdraw_case, name="withdraw-case"),
    path("cases/<int:pk>/documents/<int:document_id>/", views.document, name="document"),
    path("cases/<int:pk>/documents/<int:document_id>/file/", views.document_file, name="document-file"),
    path("cases/<int:pk>/materials/<int:material_id>/", views.material, name="material"),
    path("cases/<int:pk>/people/<int:petitioner_id>/reveal/", views.reveal_person, name="reveal-person"),
    # One verb, one door
    *(
        path(
            f"cases/<int:pk>/{door.verb.replace('_', '-')}/",
            opened(door),
            name=door.url_name.partition(":")[2],
        )
        for door in DOORS.values()
    ),
]
