"""Reads for the pages at the door of the hall."""
