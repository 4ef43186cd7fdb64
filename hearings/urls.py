"""The addresses of hearings."""

from typing import Any

from django.urls import path

from hearings.views import panel, pool
from hearings.views.panel_doors import opened

app_name = "hearings"
urlpatterns: list[Any] = [
    # panel: the pool, the draw, recusal, parties, the date
    path("hearing-pool/", pool.pool, name="pool"),
    path("hearing-pool/export.xlsx", pool.export_pool, name="export-pool"),
    path("hearing-pool/new/", pool.add_to_pool, name="add-to-pool"),
    path("hearing-pool/<int:member_id>/", pool.change_pool_member, name="change-pool-member"),
    path("hearing-pool/<int:member_id>/retire/", opened(pool.RETIRE), name="retire-pool-member"),
    path("hearing-pool/<int:member_id>/restore/", pool.restore_pool_member, name="restore-pool-member"),
    path("hearings/<int:hearing_id>/panel/", panel.panel, name="panel"),
    path("hearings/<int:hearing_id>/draws/", panel.draw_protocol, name="draw-protocol"),
    path("hearings/<int:hearing_id>/draw-panel/", opened(panel.DRAW), name="draw-panel"),
    path("hearings/<int:hearing_id>/parties/", panel.parties, name="parties"),
    path("hearings/<int:hearing_id>/add-party/", panel.add_party, name="add-party"),
    path("hearings/<int:hearing_id>/schedule-hearing/", opened(panel.SCHEDULE), name="schedule-hearing"),
    path(
        "hearing-seats/<int:seat_id>/request-recusal/", opened(panel.REQUEST_RECUSAL), name="request-recusal"
    ),
    path("hearing-seats/<int:seat_id>/replace-member/", opened(panel.REPLACE), name="replace-member"),
    path("hearing-recusals/<int:recusal_id>/decide/", opened(panel.DECIDE_RECUSAL), name="decide-recusal"),
    path("hearing-parties/<int:party_id>/remove/", opened(panel.REMOVE_PARTY), name="remove-party"),
]
