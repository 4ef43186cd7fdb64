"""The pages for people without a login: digests, the check of a receipt."""
