"""How public pages are handed out: `hall.fresh`, by the name that the doors of this app know it by."""

from hall.fresh import MAX_AGE, dated, fresh, kept

__all__ = ["MAX_AGE", "dated", "fresh", "kept"]
