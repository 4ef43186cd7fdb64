"""The ground floor: settings and the shared kernel that every room stands on.

Nouns: User, JournalEntry, Message, IssuedDocument, Counter, CalendarDay.
Verbs: record (journal), post and deliver (outbox), issue and render (documents), due (clock).
Neighbours: everything above imports it; it imports nothing of ours but itself. The list of its modules
is closed (tests/architecture); there is no drawer for odds and ends.
"""
