"""What the public is told of a hearing: words without personal data; the rest comes from the hearing."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from hall.models import User
from hearings.models.hearings import Hearing


class Announcement(models.Model):
    """`title` and `attend` were looked through for names, numbers and addresses before they were saved."""

    hearing = models.OneToOneField(Hearing, models.PROTECT, related_name="announcement")
    title = models.CharField(_("听证事项"), max_length=120)
    attend = models.TextField(_("怎样旁听"))
    contact = models.CharField(_("联系方式"), max_length=120)
    revision = models.PositiveSmallIntegerField(default=1)
    revised_at = models.DateTimeField()
    revised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        triggers = [pgtrigger.Protect(name="keep", operation=pgtrigger.Delete)]
