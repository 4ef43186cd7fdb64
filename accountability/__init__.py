"""Accounting for it: supervision, findings, advice, assessment, statistics.

Neighbours: stands above everything and is imported by nothing. Nothing lives here yet.
"""
