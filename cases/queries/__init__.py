"""Reads of the case file across tables, for pages, rules and commands."""

from cases.queries.categories import find_categories
from cases.queries.duplicates import Candidate, Matter, find_duplicates, reason_words
from cases.queries.search import search_cases, search_people, search_terms

__all__ = [
    "Candidate",
    "Matter",
    "find_categories",
    "find_duplicates",
    "reason_words",
    "search_cases",
    "search_people",
    "search_terms",
]
