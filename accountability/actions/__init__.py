"""The verbs; each name here is one act, journalled under that name."""
