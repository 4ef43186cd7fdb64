"""The pages for people without a login: digests, the check of a receipt."""

from accountability.public.verify import check_receipt, digests, digests_json, digests_txt

__all__ = [
    "check_receipt",
    "digests",
    "digests_json",
    "digests_txt",
]
