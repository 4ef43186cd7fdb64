"""Reads for pages and rules."""
