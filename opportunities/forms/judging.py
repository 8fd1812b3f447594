"""How proposals are judged: the stages with their screenings and prizes, the criteria with their weights."""

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.core.bilingual import Bilingual
from app.core.forms import MoneyField
from app.core.numbers import read_whole
from opportunities.forms.base import PageForm, WholeField, line, options, pair_of, sides, text
from opportunities.forms.rows import change
from opportunities.models import Opportunity, Stage
from opportunities.parts import (
    CHALLENGE,
    CONSENSUS,
    INTERVIEW,
    KINDS,
    MANDATORY,
    MEAN,
    MOST_PRIZES,
    MOST_ROWS,
    RATED,
    CriterionLine,
    StageLine,
)

NO_PRICE = "none"
KIND_WORDS = (
    (MANDATORY, _("Mandatory: pass or fail")),
    (RATED, _("Rated: points")),
    (CHALLENGE, _("Challenge: points, held with those who are let on")),
    (INTERVIEW, _("Interview: points, held with those who are let on")),
)


class StageRow(wtforms.Form):
    """One stage; an existing one carries the place it had."""

    was = HiddenField()
    kind = SelectField(_("Kind"), choices=options(KIND_WORDS))
    title_en, title_fr = line(), line()
    top_n = WholeField(_("How many go on"), least=1, most=1_000)
    settled_by = RadioField(
        _("Which score counts"),
        choices=options([(MEAN, _("The mean of the evaluators’ scores")), (CONSENSUS, _("What the panel agrees on"))]),
        default=MEAN,
    )
    held_from = DateField(_("Held from"), validators=[Optional()])
    held_until = DateField(_("Held until"), validators=[Optional()])
    reveals_names = BooleanField(_("The panel learns who proposes"))

    def line(self) -> StageLine:
        """Give the row as a value."""
        return StageLine(
            self.kind.data, pair_of(self, "title"), self.top_n.data, self.settled_by.data, self.held_from.data,
            self.held_until.data, self.reveals_names.data, read_whole(self.was.data),
        )  # fmt: skip

    def validate_held_until(self, field: Any) -> None:  # noqa: ANN401  (WTForms' signature)
        """A stage ends on the day it begins, or later."""
        if field.data and self.held_from.data and field.data < self.held_from.data:
            raise wtforms.ValidationError(_("The last day is before the first."))


class PrizeRow(wtforms.Form):
    """One prize; its place is that of its row."""

    amount_cents = MoneyField(_("Amount"))


class StagesForm(PageForm):
    """The stages in order, who goes on after each, and the prizes if several proposals win."""

    stages = FieldList(FormField(StageRow), min_entries=1, max_entries=MOST_ROWS)
    prizes = FieldList(FormField(PrizeRow), min_entries=0, max_entries=MOST_PRIZES)

    @classmethod
    def shown(cls, opportunity: Opportunity) -> dict[str, Any]:
        """Give the fields' values of an opportunity."""
        rows = [
            {**sides("title", one.title), "was": str(one.position), "kind": one.kind, "top_n": one.top_n,
             "settled_by": one.settled_by, "held_from": one.held_from, "held_until": one.held_until,
             "reveals_names": one.reveals_names}
            for one in opportunity.plan.stages
        ]  # fmt: skip
        prizes = [{"amount_cents": one.amount_cents} for one in opportunity.plan.prizes]
        return {"stages": rows or [{"kind": RATED, "settled_by": MEAN}], "prizes": prizes}

    def values(self) -> dict[str, Any]:
        """Give what was typed; a prize without an amount is none."""
        amounts = (entry.form.amount_cents.data for entry in self.prizes)
        return {
            "stages": tuple(entry.form.line() for entry in self.stages),
            "prizes": tuple(cents for cents in amounts if cents),
        }

    def change_rows(self, add: str | None, remove: str | None) -> bool:
        """Add or take out a stage or a prize."""
        rows = self.prizes if (add or remove or "").startswith("prizes") else self.stages
        return change(rows, add, remove, {"kind": RATED, "settled_by": MEAN} if rows is self.stages else None)


class CriterionRow(wtforms.Form):
    """One criterion; an existing one carries its key. `kind` names its stage: by place, or by kind to make one."""

    key = HiddenField()
    kind = SelectField(
        _("Kind"),
        [InputRequired(_("Choose the stage of each criterion."))],
        choices=options(KIND_WORDS[:2]),
        validate_choice=False,
    )
    title_en, title_fr = line(limit=1_000), line(limit=1_000)
    earns_en, earns_fr = text(), text()
    weight = WholeField(_("Weight"), most=100)
    max_points = WholeField(_("Most points"), least=1, most=1_000)
    minimum = WholeField(_("Fewest points to go on"), most=1_000)
    word_limit = WholeField(_("Most words of the answer"), least=1, most=10_000)

    def line(self) -> CriterionLine:
        """Give the row as a value."""
        named = self.kind.data or ""
        stage = read_whole(named)
        return CriterionLine(
            "" if stage else named, pair_of(self, "title"), pair_of(self, "earns"), self.weight.data or 0,
            self.max_points.data or 5, self.minimum.data, self.word_limit.data, self.key.data or "", stage,
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
    offered: Sequence[tuple[str, str, Any]] = ()

    @classmethod
    def shown(cls, opportunity: Opportunity) -> dict[str, Any]:
        """Give the fields' values of an opportunity."""
        plain = _is_plain(opportunity.plan.stages)
        rows = [
            {**sides("title", one.title), **sides("earns", one.earns), "key": one.key,
             "kind": stage.kind if plain else str(stage.position), "weight": one.weight or None,
             "max_points": one.max_points, "minimum": one.minimum, "word_limit": one.word_limit}
            for stage in opportunity.plan.stages
            for one in stage.criteria
        ]  # fmt: skip
        plan = opportunity.plan
        first = [{"kind": MANDATORY if plan.award_by == "draw" else RATED, "max_points": 5}]
        return {
            "award_by": plan.award_by, "formula": plan.formula, "price_weight": plan.price_weight or None,
            "criteria": rows or first,
        }  # fmt: skip

    def offer(self, stages: Sequence[Stage], language: str) -> None:
        """Take the stages that a criterion may belong to; plain plans name the two kinds instead."""
        if _is_plain(stages):
            self.offered = [(kind, kind, words) for kind, words in KIND_WORDS[:2]]
        else:
            named = [(str(one.position), one.kind, f"{one.position}. {one.title.text(language)}") for one in stages]
            there = {one.kind for one in stages}
            self.offered = [*named, *((kind, kind, words) for kind, words in KIND_WORDS[:2] if kind not in there)]
        self._offer()

    def _offer(self) -> None:
        of_kind = {kind: code for code, kind, _words in reversed(self.offered)}
        for entry in self.criteria:
            field = entry.form.kind
            field.choices = options((code, words) for code, _kind, words in self.offered)
            field.data = of_kind.get(field.data, field.data) if field.data in KINDS else field.data

    def values(self) -> dict[str, Any]:
        """Give what was typed; a row left wholly empty is none."""
        priced = self.formula.data != NO_PRICE
        return {
            "award_by": self.award_by.data,
            "formula": self.formula.data,
            "price_weight": (self.price_weight.data or 0) if priced else 0,
            "criteria": tuple(entry.form.line() for entry in self.criteria if not entry.form.empty),
        }

    def change_rows(self, add: str | None, remove: str | None) -> bool:
        """Add or take out a criterion."""
        changed = change(self.criteria, add, remove, {"kind": RATED, "max_points": 5})
        self._offer()
        return changed

    @property
    def weights(self) -> list[tuple[Bilingual | None, int]]:
        """The rated criteria's titles and weights as typed, then the price's (without a title)."""
        mandatory = {code for code, kind, _words in self.offered if kind == MANDATORY} | {MANDATORY}
        rated = [row.form for row in self.criteria if row.form.kind.data not in mandatory and row.form.weight.data]
        price = (self.price_weight.data or 0) if self.formula.data != NO_PRICE else 0
        return [*((pair_of(row, "title"), row.weight.data) for row in rated), *([(None, price)] if price else [])]

    @property
    def total(self) -> int:
        """The sum of the weights as typed."""
        return sum(weight for _title, weight in self.weights)


def _is_plain(stages: Sequence[Stage]) -> bool:
    """Say whether there is at most one mandatory and one rated stage, in that order."""
    return [one.kind for one in stages] in ([], [MANDATORY], [RATED], [MANDATORY, RATED])
