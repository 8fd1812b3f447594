"""From complete scores to the award: lock, ranking, disqualification, award, second officer, no award."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.db import transaction
from app.core.errors import NotNow, NotValid
from app.core.web import language
from evaluations import actions, notifications, policy, queries
from evaluations.actions.awarding import prepared_award
from evaluations.forms import AwardForm, ConfirmForm, ReasonForm
from evaluations.lifecycle import EVALUATION
from evaluations.models import Award, Proponent
from evaluations.queries import Ranked, Ranking
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, scene
from opportunities.queries import plan_hash

GET_POST = ("GET", "POST")


def _back(here: Scene, endpoint: str = "evaluations.show") -> Response:
    return redirect(url_for(endpoint, number=here.opportunity), 303)


@pages.page("/opportunities/<numbered:number>/evaluation/lock", "/defis/<numbered:number>/evaluation/verrou", GET_POST)
def lock(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Say what locking does, and lock."""
    here = scene(number, policy.may_lock)
    if request.method == "POST":
        with transaction(on=here.opportunity) as at:
            actions.lock(queries.get_evaluation(here.opportunity), by=here.person, at=at)
        flash(_("Quality is locked. Names and the ranking can now be seen."), "success")
        return _back(here, "evaluations.ranking")
    EVALUATION.require(here.judged, "lock", by=here.person, at=here.at, facts=here.facts)
    return render_template("evaluations/lock.html", scene=here)


@pages.page(
    "/opportunities/<numbered:number>/evaluation/resume", "/defis/<numbered:number>/evaluation/reprise", ("POST",)
)
def resume(number: int) -> Response:
    """Let scoring begin again when too few evaluators remain."""
    here = scene(number, policy.is_officer)
    with transaction(on=here.opportunity) as at:
        actions.resume_scoring(queries.get_evaluation(here.opportunity), by=here.person, at=at)
    flash(_("Scoring has resumed. Complete the panel."), "success")
    return _back(here, "evaluations.panel")


def ranking_of(here: Scene) -> dict[str, Any]:
    """Gather what the ranking's table shows."""
    ranking = queries.ranking(here.judged)
    prices = {one.proponent.number: one.proponent.price_cents for one in ranking.lines}
    known = {number: cents for number, cents in prices.items() if cents is not None}
    removed = [one for one in queries.proponents(here.judged) if one.proposal.state == "disqualified"]
    return {
        "ranking": ranking,
        "criteria": queries.criteria_of(here.opportunity),
        "low": queries.abnormally_low(known),
        "removed": removed,
        "bidder_name": queries.bidder_name,
    }


@pages.page("/opportunities/<numbered:number>/evaluation/ranking", "/defis/<numbered:number>/evaluation/classement")
def ranking(number: int) -> str:
    """Show the ranking with every component, to officers and the panel once quality is locked."""
    here = scene(number, policy.may_see_ranking)
    live = queries.find_live_award(here.opportunity)
    return render_template(
        "evaluations/ranking.html", scene=here, live=live, awards=policy.is_officer(here.facts), **ranking_of(here)
    )


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>/disqualify",
    "/defis/<numbered:number>/evaluation/<int:proponent>/disqualifier",
    GET_POST,
)
def disqualify(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Disqualify a proposal with a reason."""
    here = scene(number, policy.is_officer)
    shown = queries.get_proponent(here.judged, proponent)
    form = ReasonForm()
    if form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            actions.disqualify(shown, reason=form.reason.data, by=here.person, at=at)
        flash(_("Proponent %(number)s is disqualified. Its author was told why.", number=proponent), "success")
        return _back(here)
    named = policy.may_see_ranking(here.facts)
    page = render_template("evaluations/disqualify.html", scene=here, proponent=shown, form=form, named=named)
    return page, 422 if form.errors else 200


def _offer(here: Scene) -> tuple[Ranking, list[Ranked]]:
    """Give the ranking and what may be awarded; refuses while an award lives or nothing can win."""
    if queries.find_live_award(here.opportunity) is not None or here.facts.stage != "evaluation":
        raise NotNow
    ranking = queries.ranking(here.judged)
    return ranking, [line for line in ranking.lines if line.awardable]


@pages.page(
    "/opportunities/<numbered:number>/evaluation/award", "/defis/<numbered:number>/evaluation/attribution", GET_POST
)
def award(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Choose the winner beside the ranking, with reasons; the check page comes next."""
    here = scene(number, policy.may_award)
    ranked, lines = _offer(here)
    first = ranked.next_in_rank
    kept = {"winner": first.proponent.key if first else "", **here.judged.award_draft}
    form = AwardForm(data=kept)
    form.offer(lines, first.proponent.key if first else "")
    if request.method == "POST":
        draft = {name: form[name].data or "" for name in ("winner", "reason", "departure_reason")}
        with transaction(on=here.opportunity) as at:
            actions.draft_award(queries.get_evaluation(here.opportunity), **draft, by=here.person, at=at)
        if "X-Autosave" in request.headers:
            return "", 204
        if form.validate():
            return _back(here, "evaluations.check_award")
    firm = queries.firmness(here.judged).firm
    page = render_template("evaluations/award.html", scene=here, form=form, lines=lines, firm=firm, **ranking_of(here))
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/award/check",
    "/defis/<numbered:number>/evaluation/attribution/verifier",
    GET_POST,
)
def check_award(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show the award and every letter before anything is sent; then make it."""
    here = scene(number, policy.may_award)
    ranked, lines = _offer(here)
    draft = here.judged.award_draft
    chosen = next((line for line in lines if line.proponent.key == draft.get("winner")), None)
    if chosen is None or not policy.is_sentence(draft.get("reason", "")):
        return _back(here, "evaluations.award")
    if request.method == "POST":
        return _made(here, chosen.proponent, draft)
    departs = chosen is not ranked.next_in_rank
    prepared = prepared_award(here.judged, chosen, ranked, by=here.person, at=here.at)
    return render_template(
        "evaluations/check.html", scene=here, chosen=chosen, draft=draft, departs=departs, prepared=prepared,
        letters=_letters(here, prepared), bidder_name=queries.bidder_name,
        frozen=plan_hash(here.opportunity.plan) == here.opportunity.plan.frozen_hash,
    )  # fmt: skip


def _letters(here: Scene, prepared: Award) -> list[tuple[Proponent, Any]]:
    told = [one for one in queries.proponents(here.judged) if one.proposal.state in ("opened", "not_awarded")]
    told.sort(key=lambda one: one is not prepared.proponent)
    return [(one, notifications.preview([prepared], one, language(), here.at)) for one in told]


def _made(here: Scene, winner: Proponent, draft: dict[str, str]) -> Response:
    try:
        with transaction(on=here.opportunity) as at:
            texts = {"reason": draft["reason"], "departure_reason": draft.get("departure_reason", "")}
            made = actions.award(winner, **texts, by=here.person, at=at)
            proposed = made[0].state == "proposed"
    except NotValid:
        return _back(here, "evaluations.award")
    if proposed:
        flash(_("The award is proposed. A second officer confirms it; nobody else was told yet."), "success")
    else:
        flash(_("The award is made. The winner and every other bidder were told."), "success")
    return _back(here)


@pages.page(
    "/opportunities/<numbered:number>/evaluation/award/confirm",
    "/defis/<numbered:number>/evaluation/attribution/confirmer",
    GET_POST,
)
def confirm(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Confirm or refuse, as the second officer, an award that departs from the ranking."""
    here = scene(number, policy.may_award)
    live = queries.get_award(here.opportunity)
    if live.state != "proposed":
        raise NotNow
    form = ConfirmForm()
    if form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            if form.decision.data == "confirm":
                actions.confirm_award(live, by=here.person, at=at)
                said = _("The award is made. The winner and every other bidder were told.")
            else:
                actions.refuse_award(live, reason=form.reason.data, by=here.person, at=at)
                said = _("The award was refused. The officer who proposed it was told.")
        flash(said, "success")
        return _back(here)
    page = render_template(
        "evaluations/confirm.html", scene=here, form=form, live=live, letters=_letters(here, live), **ranking_of(here)
    )
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/unsuccessful",
    "/defis/<numbered:number>/evaluation/infructueux",
    GET_POST,
)
def unsuccessful(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """End the tender because no proposal remains."""
    here = scene(number, policy.is_officer)
    early = policy.when_nothing_remains(here.judged, here.at, here.facts)
    if early is not None:
        raise early
    form = ReasonForm()
    if form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            actions.find_unsuccessful(
                queries.get_evaluation(here.opportunity), reason=form.reason.data, by=here.person, at=at
            )
        flash(_("The tender has ended. You can post it again from a copy."), "success")
        return _back(here)
    return render_template("evaluations/unsuccessful.html", scene=here, form=form), 422 if form.errors else 200
