"""Score sheets, the proposals as the panel sees them, and their files."""

import io
from pathlib import PurePath
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.db import transaction
from app.core.errors import NotAllowed, NotFound, NotValid
from evaluations import actions, policy, queries
from evaluations.actions.sheets import MET, NOT_MET, Typed
from evaluations.forms import SheetForm, sheet_data, sheet_form
from evaluations.models import Proponent, Score, Sheet
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, scene
from evaluations.views.next_step import next_step
from opportunities.models import Criterion
from proposals.queries import opened_content, opened_file


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>",
    "/defis/<numbered:number>/evaluation/<int:proponent>",
    ("GET", "POST"),
)
def sheet(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show a proposal without its name or price, beside one's own score sheet."""
    here = scene(number, policy.may_read_proposals)
    shown = queries.get_proponent(here.judged, proponent)
    criteria = queries.criteria_of(here.opportunity)
    if request.method == "POST":
        if not policy.is_evaluator(here.facts):
            raise NotAllowed(sealed=True)
        return _receive(here, shown, criteria)
    own = queries.find_sheet(shown, here.person) if policy.is_evaluator(here.facts) else None
    form = sheet_form(criteria)(formdata=None, data=sheet_data(_kept(own)))
    return _sheet_page(here, shown, criteria, form, own)


def _receive(here: Scene, shown: Proponent, criteria: list[Criterion]) -> Any:  # noqa: ANN401  (a Flask answer)
    form = sheet_form(criteria)()
    typed = {key: Typed(*pair) for key, pair in form.typed(criteria).items()}
    draft = "X-Autosave" in request.headers or request.form.get("act") == "save"
    if draft:
        with transaction(on=here.opportunity) as at:
            actions.save_sheet(shown, typed, by=here.person, at=at)
        if "X-Autosave" in request.headers:
            return "", 204
        flash(_("Saved. Nothing is submitted yet."), "success")
        return redirect(url_for("evaluations.sheet", number=here.opportunity, proponent=shown.number), 303)
    if form.validate():
        try:
            with transaction(on=here.opportunity) as at:
                actions.submit_sheet(shown, typed, reason=form.reason.data or "", by=here.person, at=at)
            return _next(here, shown)
        except NotValid as refusal:
            form.refuse(refusal)
    own = queries.find_sheet(shown, here.person) if policy.is_evaluator(here.facts) else None
    return _sheet_page(here, shown, criteria, form, own), 422


def _next(here: Scene, shown: Proponent) -> Response:
    """Go on to the next proposal to score, or back to the evaluation."""
    flash(_("Your scores for proponent %(number)s are in.", number=shown.number), "success")
    step = next_step(scene(here.opportunity.number))
    if step.proponent is not None:
        return redirect(url_for("evaluations.sheet", number=here.opportunity, proponent=step.proponent), 303)
    return redirect(url_for("evaluations.show", number=here.opportunity), 303)


def _sheet_page(
    here: Scene, shown: Proponent, criteria: list[Criterion], form: SheetForm, own: Sheet | None
) -> str:  # fmt: skip
    return render_template(
        "evaluations/sheet.html",
        scene=here,
        proponent=shown,
        criteria=criteria,
        content=opened_content(shown.proposal),
        form=form,
        own=own,
        standing=queries.latest_scores(own),
        others=[(one, queries.latest_scores(one)) for one in queries.others_sheets(shown, here.person)],
        scores=policy.is_evaluator(here.facts) and policy.is_scoring(here.facts) and shown.proposal.state == "opened",
        named=policy.may_see_ranking(here.facts),
        may_disqualify=policy.is_officer(here.facts) and here.facts.judging in ("scoring", "locked"),
    )


def _kept(own: Sheet | None) -> dict[str, dict[str, str]]:
    """Give what one's sheet holds: what was typed last, else what stands."""
    if own is None or own.draft:
        return own.draft if own else {}
    return {
        score.criterion.key: {"verdict": _verdict(score), "rationale": score.rationale}
        for score in queries.latest_scores(own).values()
    }


def _verdict(score: Score) -> str:
    if score.passed is None:
        return str(score.points)
    return MET if score.passed else NOT_MET


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>/files/<int:position>",
    "/defis/<numbered:number>/evaluation/<int:proponent>/fichiers/<int:position>",
)
def file(number: int, proponent: int, position: int) -> Response:
    """Hand out a proposal's file under a name that tells nothing of its author."""
    here = scene(number, policy.may_read_proposals)
    shown = queries.get_proponent(here.judged, proponent)
    files = opened_content(shown.proposal).files
    if not 0 < position <= len(files):
        raise NotFound(sealed=True)
    entry, content = opened_file(shown.proposal, files[position - 1].key)
    name = _("Proponent-%(number)s-file-%(position)s", number=shown.number, position=position)
    return send_file(
        io.BytesIO(content),
        mimetype=entry.media_type,
        as_attachment=True,
        download_name=name + PurePath(entry.name).suffix.lower(),
    )
