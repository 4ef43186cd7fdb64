"""The pages for people who are signed in."""
