"""People and places for machines; `who` says who asks."""
