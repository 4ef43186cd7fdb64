"""Reads for pages, reports and rules."""
