"""The doors of the case file for staff: the frame, work list, case, triage, papers, people, inbox, search."""

from cases.views.case_page import case
from cases.views.docket import (
    brief,
    docket,
    link_docket_case,
    place_on_docket,
    print_docket,
    record_reception,
    remove_from_docket,
)
from cases.views.figures import figures_desk, publish_figures
from cases.views.frame import shell
from cases.views.inbox import inbox, open_message, read_all
from cases.views.instructions import instructions
from cases.views.ledger import export_ledger, ledger_page
from cases.views.moves import receive_case, withdraw_case
from cases.views.papers import document, document_file, material
from cases.views.people import reveal_person
from cases.views.ratings import follow_ups
from cases.views.search import search as search_page
from cases.views.triage import triage as triage_page
from cases.views.work_list import export_work_list, work_list_page

__all__ = [
    "brief",
    "case",
    "docket",
    "document",
    "document_file",
    "export_ledger",
    "export_work_list",
    "figures_desk",
    "follow_ups",
    "inbox",
    "instructions",
    "ledger_page",
    "link_docket_case",
    "material",
    "open_message",
    "place_on_docket",
    "print_docket",
    "publish_figures",
    "read_all",
    "receive_case",
    "record_reception",
    "remove_from_docket",
    "reveal_person",
    "search_page",
    "shell",
    "triage_page",
    "withdraw_case",
    "work_list_page",
]  # fmt: skip
