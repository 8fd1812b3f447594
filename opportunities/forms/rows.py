"""Pages of rows: milestones with the money, criteria with their weights."""

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField

from app.core.bilingual import Bilingual
from app.core.forms import MoneyField
from opportunities.forms.base import PageForm, WholeField, line, options, pair_of, sides, text
from opportunities.models import Opportunity
from opportunities.parts import MANDATORY, MOST_ROWS, RATED, CriterionLine, MilestoneLine

NO_PRICE = "none"


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


class CriterionRow(wtforms.Form):
    """One criterion; an existing one carries its key."""

    key = HiddenField()
    kind = SelectField(
        _("Kind"), choices=options([(MANDATORY, _("Mandatory: pass or fail")), (RATED, _("Rated: points"))])
    )
    title_en, title_fr = line(limit=1_000), line(limit=1_000)
    earns_en, earns_fr = text(), text()
    weight = WholeField(_("Weight"), most=100)
    max_points = WholeField(_("Most points"), least=1, most=1_000)
    minimum = WholeField(_("Fewest points to go on"), most=1_000)
    word_limit = WholeField(_("Most words of the answer"), least=1, most=10_000)

    def line(self) -> CriterionLine:
        """Give the row as a value."""
        return CriterionLine(
            self.kind.data, pair_of(self, "title"), pair_of(self, "earns"), self.weight.data or 0,
            self.max_points.data or 5, self.minimum.data, self.word_limit.data, self.key.data or "",
        )  # fmt: skip

    @property
    def empty(self) -> bool:
        """Nothing was typed."""
        return pair_of(self, "title").empty and pair_of(self, "earns").empty and not self.weight.data


class CriteriaForm(PageForm):
    """How proposals are judged: criteria, the weight of the price, rank or draw."""

    award_by = RadioField(
        _("How one proposal is chosen"),
        choices=options([("rank", _("The highest total")), ("draw", _("A public draw among those that pass"))]),
        default="rank",
    )
    formula = RadioField(
        _("Price"),
        choices=options(
            [
                (NO_PRICE, _("The price is fixed; it earns no points")),
                ("lowest", _("The lowest price earns all the price points, others in proportion")),
                ("absolute", _("The further below the value, the more price points")),
            ]
        ),
        default=NO_PRICE,
    )
    price_weight = WholeField(_("Weight of the price"), most=100)
    criteria = FieldList(FormField(CriterionRow), min_entries=1, max_entries=MOST_ROWS)

    @classmethod
    def shown(cls, opportunity: Opportunity) -> dict[str, Any]:
        """Give the fields' values of an opportunity."""
        rows = [
            {**sides("title", one.title), **sides("earns", one.earns), "key": one.key, "kind": stage.kind,
             "weight": one.weight or None, "max_points": one.max_points, "minimum": one.minimum,
             "word_limit": one.word_limit}
            for stage in opportunity.plan.stages
            for one in stage.criteria
        ]  # fmt: skip
        plan = opportunity.plan
        first = [{"kind": MANDATORY if plan.award_by == "draw" else RATED, "max_points": 5}]
        return {
            "award_by": plan.award_by, "formula": plan.formula, "price_weight": plan.price_weight or None,
            "criteria": rows or first,
        }  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Give what was typed, with the format that it amounts to; a row left wholly empty is none."""
        draw, priced = self.award_by.data == "draw", self.formula.data != NO_PRICE
        return {
            "award_by": self.award_by.data,
            "formula": self.formula.data,
            "price_weight": (self.price_weight.data or 0) if priced else 0,
            "format": "pass_fail_draw" if draw else "priced" if priced else "fixed_price",
            "criteria": tuple(entry.form.line() for entry in self.criteria if not entry.form.empty),
        }

    def change_rows(self, add: str | None, remove: str | None) -> bool:
        """Add or take out a criterion."""
        return change(self.criteria, add, remove, {"kind": RATED, "max_points": 5})

    @property
    def weights(self) -> list[tuple[Bilingual | None, int]]:
        """The rated criteria's titles and weights as typed, then the price's (without a title)."""
        rated = [row.form for row in self.criteria if row.form.kind.data == RATED and row.form.weight.data]
        price = (self.price_weight.data or 0) if self.formula.data != NO_PRICE else 0
        return [*((pair_of(row, "title"), row.weight.data) for row in rated), *([(None, price)] if price else [])]

    @property
    def total(self) -> int:
        """The sum of the weights as typed."""
        return sum(weight for _title, weight in self.weights)
