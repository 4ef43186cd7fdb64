"""The pages for people without a login: what is announced, and a seat in the room."""
