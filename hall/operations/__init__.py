"""Keeping the house running: is it alive, how does it fare, what it writes down, and a copy of all of it.

`health` asks what a request needs; `figures` are for Prometheus; `logs` writes a line for each request without a word
about people; `archive` and `sealing` make and read a backup, `copies` takes and brings back; `replica` reads elsewhere.
Neighbours: stands on the models, the journal and the fields; no room imports it but for its doors.
"""
