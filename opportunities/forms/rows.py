"""Rows of a page, and the milestones with the money."""

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, RadioField

from app.core.bilingual import Bilingual
from app.core.forms import MoneyField
from opportunities.forms.base import PageForm, WholeField, line, options, pair_of, sides, text
from opportunities.models import Opportunity
from opportunities.parts import MOST_ROWS, MilestoneLine


def change(rows: FieldList, add: str | None, remove: str | None, fresh: dict[str, Any] | None = None) -> bool:
    """Add an empty row at the end or take one out, whichever button was pressed."""
    if add == rows.name:
        if len(rows) < MOST_ROWS:
            rows.append_entry(fresh)
        return True
    if remove:
        rows.entries = [entry for entry in rows.entries if entry.name != remove]
        return True
    return False


class MilestoneRow(wtforms.Form):
    """One milestone."""

    title_en, title_fr = line(), line()
    accepted_when_en, accepted_when_fr = text(), text()
    amount_cents = MoneyField(_("Amount"))
    due_days = WholeField(_("Due, in days from the start"), least=1, most=2_000)

    def line(self) -> MilestoneLine:
        """Give the row as a value."""
        return MilestoneLine(
            pair_of(self, "title"), pair_of(self, "accepted_when"), self.amount_cents.data or None, self.due_days.data
        )


class MilestonesForm(PageForm):
    """The value, its taxes, and the milestones that add up to it."""

    plain = ("value_cents", "taxes")
    value_cents = MoneyField(_("Value"))
    taxes = RadioField(
        _("Taxes"),
        choices=options([("excluded", _("Extra: taxes are paid on top")), ("included", _("Included in the value"))]),
        validate_choice=False,
    )
    milestones = FieldList(FormField(MilestoneRow), min_entries=1, max_entries=MOST_ROWS)

    @classmethod
    def shown(cls, opportunity: Opportunity) -> dict[str, Any]:
        """Give the fields' values of an opportunity."""
        rows = [
            {**sides("title", one.title), **sides("accepted_when", one.accepted_when), "amount_cents": one.amount_cents,
             "due_days": one.due_days}
            for one in opportunity.milestones
        ]  # fmt: skip
        return {**super().shown(opportunity), "milestones": rows}

    def values(self) -> dict[str, Any]:
        """Give what was typed; a row left wholly empty is none."""
        lines = tuple(entry.form.line() for entry in self.milestones)
        taxes = self.taxes.data if self.taxes.data in ("excluded", "included") else ""
        return {
            "value_cents": self.value_cents.data or None,
            "taxes": taxes,
            "milestones": tuple(one for one in lines if one != MilestoneLine(Bilingual())),
        }

    def change_rows(self, add: str | None, remove: str | None) -> bool:
        """Add or take out a milestone."""
        return change(self.milestones, add, remove)

    @property
    def total_cents(self) -> int:
        """The sum of the milestones as typed."""
        return sum(entry.form.amount_cents.data or 0 for entry in self.milestones)
