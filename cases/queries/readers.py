"""Who is told about a case: the people at the posts that a message is for, never whom the case complains of, who holds
any post in a unit that it complains of, or who is recused (《信访工作条例》第二十八条、第三十条).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hall.batch import Ask, Rows
from hall.models import User

# By role in the order asked, then by account. The days are those of `PostingQuerySet.on`.
_READERS = """
SELECT u.id, u.name, u.name_en, u.username, u.email, u.language
FROM hall_user u JOIN (
    SELECT p.user_id, min(array_position(%s, p.role::text)) AS place FROM staffing_posting p
    WHERE p.role = ANY(%s) AND (p.department_id = %s OR p.hall_id = %s)
        AND p.from_on <= %s AND (p.until_on IS NULL OR p.until_on >= %s)
    GROUP BY p.user_id
) post ON post.user_id = u.id
WHERE u.is_active
    AND NOT EXISTS (SELECT FROM cases_recusal x WHERE x.case_id = %s AND x.user_id = u.id)
    AND NOT EXISTS (SELECT FROM cases_respondent x WHERE x.case_id = %s AND (x.user_id = u.id OR x.department_id IN (
        SELECT own.department_id FROM staffing_posting own
        WHERE own.user_id = u.id AND own.from_on <= %s AND (own.until_on IS NULL OR own.until_on >= %s))))
ORDER BY post.place, u.id
"""
_FIELDS = ("id", "name", "name_en", "username", "email", "language")


def readers_asked(
    case_id: int,
    roles: Sequence[str],
    *,
    department_id: int | None = None,
    hall_id: int | None = None,
    day: dt.date,
) -> Ask[list[User]]:
    """Everyone who holds one of these roles in that unit or in that hall, each once."""
    wanted = list(roles)

    def read(rows: Rows) -> list[User]:
        return [User.from_db(None, _FIELDS, row) for row in rows]

    return Ask(_READERS, [wanted, wanted, department_id, hall_id, day, day, case_id, case_id, day, day], read)
