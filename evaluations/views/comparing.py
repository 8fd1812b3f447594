"""One criterion across proposals: all answers one under another, beside one's own scores."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotFound, NotNow
from app.core.numbers import read_whole
from app.core.web import say
from evaluations import actions, policy, queries
from evaluations.actions.sheets import Typed
from evaluations.forms import ComparisonForm, comparison_form
from evaluations.models import Sheet
from evaluations.policy import Facts
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, scene
from evaluations.views.next_step import progress
from evaluations.views.sheets import kept_on
from opportunities.models import Criterion
from proposals.queries import opened_contents


def _scores(facts: Facts) -> bool:
    return policy.is_evaluator(facts) and policy.may_read_proposals(facts)


@pages.page(
    "/opportunities/<numbered:number>/evaluation/criteria/<key>",
    "/defis/<numbered:number>/evaluation/criteres/<key>",
    ("GET", "POST"),
)
def compare(number: int, key: str) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show all proposals' answers to one criterion, and keep one's own scores on it as drafts."""
    here = scene(number, _scores)
    criterion = next((one for one in queries.criteria_of(here.opportunity) if one.key == key), None)
    if criterion is None:
        raise NotFound(sealed=True)
    own = queries.sheets_of(here.judged, here.person)
    if request.method == "POST":
        return _receive(here, criterion, own)
    _refuse_late(here, criterion)
    form = comparison_form(criterion, _editable(here, own))(formdata=None, data=_data(criterion, own))
    return _page(here, criterion, own, form)


def _refuse_late(here: Scene, criterion: Criterion) -> None:
    now = {one.id for one in queries.round_criteria(here.judged)}
    if not policy.is_scoring(here.facts) or criterion.id not in now:
        raise NotNow(N_("Scores can no longer be given or revised here."))


def _editable(here: Scene, own: dict[int, Sheet]) -> list[int]:
    """Number the proponents whose sheets are still to be submitted."""
    judged = [one.number for one in queries.to_judge(here.judged, here.person)]
    return [number for number in judged if number not in own or not own[number].stands]


def _data(criterion: Criterion, own: dict[int, Sheet]) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, sheet in own.items():
        kept = kept_on(sheet).get(criterion.key, {})
        values |= {f"verdict-{number}": kept.get("verdict", ""), f"rationale-{number}": kept.get("rationale", "")}
    return values


def _receive(here: Scene, criterion: Criterion, own: dict[int, Sheet]) -> Any:  # noqa: ANN401  (a Flask answer)
    """Keep what was typed; what comes too late is shown again, so that nothing typed is lost."""
    sent = [number for name in request.form if (number := read_whole(name.removeprefix("rationale-")))]
    form = comparison_form(criterion, sent)()
    typed = {number: Typed(*pair) for number, pair in form.typed().items()}
    try:
        _refuse_late(here, criterion)
        with transaction(on=here.opportunity) as at:
            saved = actions.save_criterion(criterion, typed, by=here.person, at=at)
    except NotNow as late:
        if "X-Autosave" in request.headers:
            raise
        return _page(here, criterion, own, form, late=say(late), typed=typed), 409
    if "X-Autosave" in request.headers:
        return "", 204
    lost = {number: one for number, one in typed.items() if number not in {sheet.proponent.number for sheet in saved}}
    if any(one.rationale.strip() for one in lost.values()):
        said = _("These sheets were submitted, or their proposals left, meanwhile. The others are saved.")
        return _page(here, criterion, own, form, late=said, typed=lost), 409
    flash(_("Saved. Nothing is submitted yet: submit each proposal’s sheet when it is whole."), "success")
    return redirect(url_for("evaluations.compare", number=here.opportunity, key=criterion.key), 303)


def _page(
    here: Scene, criterion: Criterion, own: dict[int, Sheet], form: ComparisonForm, *, late: str = "",
    typed: dict[int, Typed] | None = None,
) -> str:  # fmt: skip
    shown = [] if late else queries.to_judge(here.judged, here.person)
    left = queries.left_to_score(here.judged, here.person)
    criteria = queries.round_criteria(here.judged)
    place = next((at for at, one in enumerate(criteria) if one.id == criterion.id), 0)
    return render_template(
        "evaluations/compare.html", scene=here, criterion=criterion, proponents=shown, own=own, form=form, late=late,
        contents=opened_contents([one.proposal for one in shown]), typed=typed or {},
        given={number: kept_on(sheet).get(criterion.key) for number, sheet in own.items()},
        invited=queries.invitations(here.judged), progress=progress(here, len(left)),
        before=criteria[place - 1] if place else None, after=next(iter(criteria[place + 1 :]), None),
    )  # fmt: skip
