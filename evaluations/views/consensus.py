"""The panel's meeting: where it differs most comes first; each individual score and its reason in view."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotFound, NotNow, NotValid
from app.core.numbers import read_whole
from app.core.web import say
from evaluations import actions, policy, queries, settling
from evaluations.actions.consensus import absence
from evaluations.actions.sheets import MET, NOT_MET, Typed
from evaluations.forms import AgreementForm, MeetingForm, agreement_form
from evaluations.lifecycle import EVALUATION
from evaluations.models import Agreement, Proponent, Score
from evaluations.policy import Facts
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, leave_if_proposing, scene
from opportunities.models import Criterion


@dataclass
class Cell:
    """One criterion of one proposal to agree on: what members gave, what is agreed, and who may write."""

    proponent: Proponent
    criterion: Criterion
    agreed: Agreement | None
    scores: list[Score]
    form: AgreementForm
    writes: bool = False
    seconds: bool = False
    refusal: str = ""
    absent: str = ""
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the cell is called in its page and in what is sent."""
        return f"{self.proponent.number}.{self.criterion.key}"

    @property
    def open(self) -> bool:
        """Nothing counts yet."""
        return self.agreed is None or not self.agreed.counts

    @property
    def differ(self) -> int:
        """How far members lie apart in points; a criterion that is met or not has one point."""
        return settling.differ(int(one.passed is True) if one.points is None else one.points for one in self.scores)

    @property
    def against(self) -> int:
        """How many find a mandatory criterion not met."""
        return sum(one.passed is False for one in self.scores)

    @property
    def order(self) -> tuple[bool, float, int, int]:
        """What is open first, then where the panel differs most of what it could, then by number."""
        most = 1 if self.criterion.stage.kind == "mandatory" else self.criterion.max_points
        return not self.open, -self.differ / most, self.proponent.number, self.criterion.position


EARLY = N_("The panel is not meeting now. Individual scores come first.")


def _may_read(facts: Facts) -> bool:
    return policy.is_evaluator(facts) or policy.may_see_ranking(facts)


@pages.page(
    "/opportunities/<numbered:number>/evaluation/consensus",
    "/defis/<numbered:number>/evaluation/consensus",
    ("GET", "POST"),
)
def consensus(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show the panel what it has to agree on, and take down what it agrees."""
    here = scene(number, _may_read)
    if request.method == "POST":
        act = _ACTS.get(_sent("act"))
        if act is None:
            raise NotFound
        return act(here)
    return _page(here, _cells(here), _meeting_form(here))


def _sent(name: str) -> str:
    """Give what was sent under a name; a cell's form has its own prefix before it."""
    return request.form.get(name) or next(
        (value for key, value in request.form.items() if key.endswith(f"-{name}")), ""
    )


def _meeting_form(here: Scene) -> MeetingForm:
    members = [one for one in queries.panel(here.opportunity) if one.state == "accepted"]
    everybody = {"attendees": [one.user.key for one in members]}
    form = MeetingForm() if request.form.get("act") == "meet" else MeetingForm(formdata=None, data=everybody)
    form.offer(one.user for one in members)
    return form


def _meet(here: Scene) -> Any:  # noqa: ANN401  (a Flask answer)
    form = _meeting_form(here)
    chosen = set(form.attendees.data or ())
    if form.validate():
        try:
            leave_if_proposing(here)
            with transaction(on=here.opportunity) as at:
                people = [one.user for one in queries.panel(here.opportunity) if one.user.key in chosen]
                actions.meet(queries.get_evaluation(here.opportunity), people, by=here.person, at=at)
            flash(_("The meeting has begun. What the panel agrees is entered below."), "success")
            return _back(here)
        except NotValid as refusal:
            form.refuse(refusal)
    return _page(here, _cells(here), form), 422


def _back(here: Scene) -> Response:
    return redirect(url_for("evaluations.consensus", number=here.opportunity), 303)


def _agree(here: Scene) -> Any:  # noqa: ANN401  (a Flask answer)
    """Take down what is agreed on one cell; a refusal shows again what was typed there."""
    number, _dot, key = request.form.get("cell", "").partition(".")
    proponent = queries.get_proponent(here.judged, read_whole(number))
    criterion = next((one for one in queries.criteria_of(here.opportunity) if one.key == key), None)
    if criterion is None:
        raise NotFound(sealed=True)
    form = _cell_form(proponent, criterion, None)
    typed = Typed(form[f"verdict-{key}"].data or "", form[f"rationale-{key}"].data or "")
    outside = form[f"outside-{key}"].data or "" if f"outside-{key}" in form else ""
    try:
        if form.validate():
            seen = read_whole(form.seen.data)
            with transaction(on=here.opportunity) as at:
                actions.agree(
                    proponent, criterion, typed, outside_reason=outside, seen=seen, by=here.person, at=at
                )  # fmt: skip
            flash(_("Taken down for proponent %(number)s.", number=proponent.number), "success")
            return _back(here)
    except NotValid as refusal:
        form.refuse(refusal)
    except NotNow as late:
        return _refused(here, proponent, criterion, form, say(late)), 409
    return _refused(here, proponent, criterion, form), 422


def _refused(
    here: Scene, proponent: Proponent, criterion: Criterion, form: AgreementForm, refusal: str = ""
) -> str:  # fmt: skip
    """Draw the page anew with what was typed in its place, beside what stands now."""
    now = scene(here.opportunity.number, _may_read)
    cells = _cells(now)
    kept = {name: form[f"{name}-{criterion.key}"].data or "" for name in ("verdict", "rationale")}
    for cell in cells:
        if (cell.proponent.id, cell.criterion.id) == (proponent.id, criterion.id) and cell.writes:
            form.seen.data = str(cell.agreed.revision if cell.agreed else 0)
            cell.form, cell.refusal, kept = form, refusal, {}
    return _page(now, cells, _meeting_form(now), refused=form, refusal=refusal, kept=kept)


def _second(here: Scene) -> Any:  # noqa: ANN401  (a Flask answer)
    number = request.form.get("agreement", "")
    with transaction(on=here.opportunity) as at:
        found = queries.get_agreement(queries.get_evaluation(here.opportunity), read_whole(number))
        actions.second(found, by=here.person, at=at)
    flash(_("Confirmed: the criterion is not met."), "success")
    return _back(here)


_ACTS = {"meet": _meet, "agree": _agree, "second": _second}


def _cells(here: Scene) -> list[Cell]:
    """List the cells of this round that this person may see: one's own sheet is in, and no conflict is declared."""
    evaluation = here.judged
    if here.facts.judging == "scoring":
        return []
    given, recused = queries.individual_scores(evaluation), queries.recusals(evaluation)
    chair = queries.chair_of(here.opportunity)
    met = queries.last_meeting(evaluation) if here.facts.judging == "agreeing" else None
    evaluators = queries.evaluators_of(evaluation.opportunity_id)
    cells = []
    for one in queries.to_agree(evaluation):
        scores = given.get((one.proponent.id, one.criterion.id), [])
        own = any(score.sheet.evaluator_id == here.person.id for score in scores)
        if (one.proponent.id, here.person.id) in recused or not (own or policy.may_see_ranking(here.facts)):
            continue
        cell = Cell(
            one.proponent,
            one.criterion,
            one.agreed,
            scores,
            _cell_form(one.proponent, one.criterion, one.agreed, scores),
        )
        meets = own and here.facts.judging == "agreeing"
        stands_in = chair is not None and (one.proponent.id, chair.user_id) in recused
        if met is not None and meets and (here.facts.chairs or stands_in):
            absent = absence(met, queries.attending(met, one.proponent.id, recused), evaluators, by=here.person)
            cell.writes, cell.absent = absent is None, say(absent) if absent else ""
        cell.seconds = meets and one.agreed is not None and _waits(one.agreed) and one.agreed.by_id != here.person.id
        cells.append(cell)
    return sorted(cells, key=lambda one: one.order)


def _waits(agreed: Agreement) -> bool:
    return agreed.passed is False and agreed.second_id is None


def _cell_form(
    proponent: Proponent, criterion: Criterion, agreed: Agreement | None, scores: list[Score] | None = None
) -> AgreementForm:  # fmt: skip
    """Make a cell's form: as sent if it was, else with what is agreed, else with what all members gave."""
    prefix = f"p{proponent.number}"
    key = criterion.key
    if request.form.get("cell") == f"{proponent.number}.{key}" and scores is None:
        return agreement_form(criterion)(prefix=prefix)
    verdicts = {verdict_of(one) for one in ([agreed] if agreed else scores or [])}
    data = {
        "seen": str(agreed.revision if agreed else 0),
        f"verdict-{key}": verdicts.pop() if len(verdicts) == 1 else "",
        f"rationale-{key}": agreed.rationale if agreed else "",
        f"outside-{key}": agreed.outside_reason if agreed else "",
    }
    return agreement_form(criterion)(formdata=None, prefix=prefix, data=data)


def verdict_of(one: Score | Agreement) -> str:
    """Give a judgement as its form types it."""
    if one.passed is None:
        return str(one.points)
    return MET if one.passed else NOT_MET


def _page(
    here: Scene, cells: list[Cell], form: MeetingForm, *, refused: AgreementForm | None = None, refusal: str = "",
    kept: dict[str, str] | None = None,
) -> str:  # fmt: skip
    may_meet = policy.may_meet(here.facts)
    begins = "meet" in EVALUATION.open_to(here.judged, by=here.person, at=here.at, facts=here.facts)
    met = queries.meetings(here.judged)
    if not met and not may_meet:
        raise NotNow(EARLY)
    if not met and not begins and request.method == "GET":
        EVALUATION.require(here.judged, "meet", by=here.person, at=here.at, facts=here.facts)
    return render_template(
        "evaluations/consensus.html",
        scene=here, cells=cells, form=form, refused=refused, refusal=refusal, kept=kept or {}, meetings=met,
        begins=begins, again=may_meet and here.facts.judging == "agreeing",
        agreed_by=_agreed_by(here), begun=queries.begun(here.judged),
        left=sum(one.open for one in cells), earlier=_earlier(here, cells), names=_names(here),
    )  # fmt: skip


def _agreed_by(here: Scene) -> Callable[[Agreement], str]:
    """Name who agreed: those of the meeting who judge that proposal."""
    recused = queries.recusals(here.judged)
    return lambda agreement: ", ".join(one.name for one in queries.agreed_by(agreement, recused))


def _earlier(here: Scene, cells: list[Cell]) -> list[Agreement]:
    """List what was agreed in rounds that are over, but for proposals that one declared a conflict with."""
    shown = {one.agreed.id for one in cells if one.agreed is not None}
    now = {one.id for one in queries.round_criteria(here.judged)}
    recused = queries.recusals(here.judged)
    listed = [
        one
        for one in queries.agreements(here.judged).values()
        if one.id not in shown and one.criterion_id not in now and (one.proponent_id, here.person.id) not in recused
    ]
    return sorted(listed, key=lambda one: (one.proponent.number, one.id))


def _names(here: Scene) -> dict[int, str]:
    return {one.user_id: one.user.name for one in queries.panel(here.opportunity)}
