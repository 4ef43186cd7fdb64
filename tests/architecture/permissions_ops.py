"""The lines of operations for the table in `permissions.py`, which has no room left."""

OPERATIONS = """
# operations; the test client calls from the machine itself, a network that the figures are open to
# address                                        anon clrk guid lias head lia2 lead mana supe admi stra idle
/readyz                                    GET   200
/metrics                                   GET   200
/status                                    GET   in   403  403  403  403  403  403  403  403  200  403  403
"""
