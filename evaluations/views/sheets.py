"""Score sheets, the proposals as the panel sees them, and their files."""

import io
from pathlib import PurePath
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from app.core.web import say
from evaluations import actions, policy, queries
from evaluations.actions.sheets import MET, NOT_MET, Typed
from evaluations.forms import SheetForm, sheet_data, sheet_form
from evaluations.models import Proponent, Score, Sheet
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, scene
from evaluations.views.next_step import progress
from opportunities.models import Criterion
from proposals.queries import opened_content, opened_file

RECUSED = N_("You declared a conflict with this proposal, so you do not read or judge it.")


def shown_proponent(here: Scene, number: int) -> Proponent:
    """Get a proponent to read; refuses whoever declared a conflict with it."""
    found = queries.get_proponent(here.judged, number)
    if queries.is_recused(found, here.person):
        raise NotAllowed(RECUSED)
    return found


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>",
    "/defis/<numbered:number>/evaluation/<int:proponent>",
    ("GET", "POST"),
)
def sheet(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show a proposal without its name or price, beside one's own score sheet."""
    here = scene(number, policy.may_read_proposals)
    shown = shown_proponent(here, proponent)
    if request.method == "POST":
        if not policy.is_evaluator(here.facts):
            raise NotAllowed(sealed=True)
        return _receive(here, shown)
    criteria = queries.round_criteria(here.judged)
    own = queries.find_sheet(shown, here.person) if policy.is_evaluator(here.facts) else None
    kept = {"round": str(here.judged.round), **sheet_data(kept_on(own))}
    return _sheet_page(here, shown, sheet_form(criteria)(formdata=None, data=kept))


def _receive(here: Scene, shown: Proponent) -> Any:  # noqa: ANN401  (a Flask answer)
    """Keep or submit what was typed; what comes too late is shown again, so that nothing typed is lost."""
    sent = _sent_criteria(here)
    form = sheet_form(sent)()
    typed = {key: Typed(*pair) for key, pair in form.typed(sent).items()}
    try:
        _refuse_late(here, shown)
        if "X-Autosave" in request.headers or request.form.get("act") == "save":
            return _keep(here, shown, typed)
        if form.validate() and _submitted(here, shown, form, typed):
            return _next(here, shown)
    except NotNow as late:
        if "X-Autosave" in request.headers:
            raise
        now = scene(here.opportunity.number, policy.may_read_proposals)
        return _sheet_page(now, shown, form, late=say(late), typed=[(one, typed[one.key]) for one in sent]), 409
    return _sheet_page(here, shown, form), 422


def _submitted(here: Scene, shown: Proponent, form: SheetForm, typed: dict[str, Typed]) -> bool:
    """Submit a sheet; a refused one is kept as a draft, and its refusal shown."""
    try:
        with transaction(on=here.opportunity) as at:
            actions.submit_sheet(shown, typed, reason=form.reason.data or "", by=here.person, at=at)
    except NotValid as refusal:
        form.refuse(refusal)
        with transaction(on=here.opportunity) as at:
            actions.save_sheet(shown, typed, by=here.person, at=at)
        return False
    return True


def _sent_criteria(here: Scene) -> list[Criterion]:
    """Give the criteria of the form that was sent: those of the round under way, or of the one it was shown in."""
    if _same_round(here):
        return queries.round_criteria(here.judged)
    return [one for one in queries.criteria_of(here.opportunity) if f"rationale-{one.key}" in request.form]


def _same_round(here: Scene) -> bool:
    return request.form.get("round", "") in ("", str(here.judged.round))


def _refuse_late(here: Scene, shown: Proponent) -> None:
    if not (_same_round(here) and policy.is_scoring(here.facts) and queries.is_judged_now(shown)):
        raise NotNow(N_("Scores can no longer be given or revised here."))


def _keep(here: Scene, shown: Proponent, typed: dict[str, Typed]) -> Any:  # noqa: ANN401  (a Flask answer)
    with transaction(on=here.opportunity) as at:
        actions.save_sheet(shown, typed, by=here.person, at=at)
    if "X-Autosave" in request.headers:
        return "", 204
    flash(_("Saved. Nothing is submitted yet."), "success")
    return redirect(url_for("evaluations.sheet", number=here.opportunity, proponent=shown.number), 303)


def _next(here: Scene, shown: Proponent) -> Response:
    """Go on to the next proposal to score, or back to the evaluation."""
    flash(_("Your scores for proponent %(number)s are in.", number=shown.number), "success")
    left = queries.left_to_score(here.judged, here.person)
    if left:
        after = next((number for number in left if number > shown.number), left[0])
        return redirect(
            url_for("evaluations.sheet", number=here.opportunity, proponent=after, _anchor="main"), 303
        )  # fmt: skip
    return redirect(url_for("evaluations.show", number=here.opportunity), 303)


def _sheet_page(
    here: Scene, shown: Proponent, form: SheetForm, *, late: str = "", typed: Any = (),  # noqa: ANN401  (pairs)
) -> str:  # fmt: skip
    evaluates = policy.is_evaluator(here.facts)
    own = queries.find_sheet(shown, here.person) if evaluates else None
    scores = evaluates and policy.is_scoring(here.facts) and queries.is_judged_now(shown) and not late
    now = queries.round_criteria(here.judged)
    left = queries.left_to_score(here.judged, here.person) if scores else []
    return render_template(
        "evaluations/sheet.html",
        scene=here,
        proponent=shown,
        criteria=now if scores else queries.criteria_of(here.opportunity),
        earlier=[one for one in queries.criteria_of(here.opportunity) if one not in now] if scores else [],
        content=opened_content(shown.proposal),
        form=form,
        own=own,
        given=queries.visible_scores(shown, here.person) if evaluates else {},
        invited=queries.invitations(here.judged),
        scores=scores,
        late=late,
        begun=queries.begun(here.judged),
        typed=typed,
        progress=progress(here, len(left)) if scores else "",
        last=[number for number in left if number != shown.number] == [],
        named=policy.may_see_names(here.facts),
        may_disqualify=policy.is_officer(here.facts) and here.facts.judging in (*policy.JUDGING, "locked"),
    )


def kept_on(own: Sheet | None) -> dict[str, dict[str, str]]:
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
    shown = shown_proponent(here, proponent)
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
