"""From complete scores to the award: lock, ranking, disqualification, award, second officer, no award."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core import formats
from app.core.db import transaction
from app.core.errors import NotNow, NotValid
from app.core.late import refuse_early
from app.core.web import language
from evaluations import actions, notifications, policy, queries
from evaluations.actions.awarding import offer as open_to
from evaluations.actions.awarding import prepared_award
from evaluations.forms import ConfirmForm, ReasonForm, award_form
from evaluations.lifecycle import EVALUATION
from evaluations.models import Award, Proponent
from evaluations.queries import Ranked, Ranking
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, leave_if_proposing, scene
from opportunities.queries import plan_hash

GET_POST = ("GET", "POST")


def _back(here: Scene, endpoint: str = "evaluations.show") -> Response:
    return redirect(url_for(endpoint, number=here.opportunity), 303)


@pages.page("/opportunities/<numbered:number>/evaluation/lock", "/defis/<numbered:number>/evaluation/verrou", GET_POST)
def lock(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Say what locking does, and lock."""
    here = scene(number, policy.may_lock)
    if request.method == "POST":
        leave_if_proposing(here)
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
        "explanations": queries.explanations(here.judged),
        "explains": policy.may_award(here.facts),
        "now": here.at,
        "waits": queries.waits,
        "bidder_name": queries.bidder_name,
    }


@pages.page("/opportunities/<numbered:number>/evaluation/ranking", "/defis/<numbered:number>/evaluation/classement")
def ranking(number: int) -> str:
    """Show the ranking with every component, to officers and the panel once quality is locked."""
    here = scene(number, policy.may_see_ranking)
    live = not queries.open_places(here.opportunity)
    return render_template(
        "evaluations/ranking.html", scene=here, live=live, awards=policy.is_officer(here.facts), **ranking_of(here)
    )


@dataclass(frozen=True)
class Offer:
    """What may be awarded now: the ranking, its lines that may still win, and the places that are open."""

    ranking: Ranking
    lines: list[Ranked]
    places: list[int]

    @property
    def following(self) -> list[Ranked]:
        """The lines that win when the ranking is followed."""
        return self.lines[: len(self.places)]

    def chosen(self, keys: list[str]) -> list[Ranked]:
        """The lines of some keys, place by place; none unless each may win, once."""
        by_key = {line.proponent.key: line for line in self.lines}
        found = [by_key[key] for key in keys if key in by_key]
        whole = len(set(keys)) == len(keys) == len(found) == len(self.following)
        return found if whole else []


def _offer(here: Scene) -> Offer:
    """Give what may be awarded; refuses while an award waits, no place is open or nothing can win."""
    waits = any(one.state == "proposed" for one in queries.live_awards(here.opportunity))
    if waits or here.facts.stage != "evaluation":
        raise NotNow
    ranking = queries.ranking(here.judged)
    lines, places = open_to(ranking, here.opportunity)
    if not places:
        raise NotNow
    return Offer(ranking, lines, places)


def prize_labels(here: Scene) -> dict[int, str]:
    """Name each place of a prize challenge with its amount."""
    return {
        one.place: _("Place %(place)s: %(amount)s", place=one.place, amount=formats.money(one.amount_cents, language()))
        for one in here.opportunity.plan.prizes
    }


@pages.page(
    "/opportunities/<numbered:number>/evaluation/award", "/defis/<numbered:number>/evaluation/attribution", GET_POST
)
def award(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Choose the winner beside the ranking, with reasons; the check page comes next."""
    here = scene(number, policy.may_award)
    offer = _offer(here)
    draft = here.judged.award_draft
    form_class = award_form(offer.lines, offer.places, prize_labels(here))
    chosen = offer.chosen(draft.get("winners", [])) or offer.following
    kept = {name: line.proponent.key for name, line in zip(form_class.boxes, chosen, strict=False)}
    form = form_class(data={**draft, **kept})
    if request.method == "POST":
        texts = {name: form[name].data or "" for name in ("reason", "departure_reason")}
        with transaction(on=here.opportunity) as at:
            judged = queries.get_evaluation(here.opportunity)
            actions.draft_award(judged, winners=form.winners, **texts, by=here.person, at=at)
        if "X-Autosave" in request.headers:
            return "", 204
        if form.validate():
            return _back(here, "evaluations.check_award")
    firm = queries.firmness(here.judged).firm
    page = render_template(
        "evaluations/award.html",
        scene=here,
        form=form,
        lines=offer.lines,
        firm=firm,
        withheld=queries.withheld_prizes(here.opportunity),
        labels=prize_labels(here),
        **ranking_of(here),
    )
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/award/check",
    "/defis/<numbered:number>/evaluation/attribution/verifier",
    GET_POST,
)
def check_award(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show the award and every letter before anything is sent; then make it."""
    here = scene(number, policy.may_award)
    offer = _offer(here)
    draft = here.judged.award_draft
    chosen = offer.chosen(draft.get("winners", []))
    if not chosen or not policy.is_sentence(draft.get("reason", "")):
        return _back(here, "evaluations.award")
    if request.method == "POST":
        return _made(here, [line.proponent for line in chosen], draft)
    prepared = [
        prepared_award(here.judged, line, offer.ranking, place=place, by=here.person, at=here.at)
        for place, line in zip(offer.places, chosen, strict=False)
    ]
    return render_template(
        "evaluations/check.html", scene=here, prepared=prepared, draft=draft, departs=chosen != offer.following,
        letters=_letters(here, prepared), bidder_name=queries.bidder_name,
        frozen=plan_hash(here.opportunity.plan) == here.opportunity.plan.frozen_hash,
    )  # fmt: skip


def _letters(here: Scene, awards: list[Award]) -> list[tuple[Proponent, Any]]:
    told = [one for one in queries.proponents(here.judged) if one.proposal.state in ("opened", "not_awarded")]
    winners = [one.proponent for one in awards]
    told.sort(key=lambda one: winners.index(one) if one in winners else len(winners))
    return [(one, notifications.preview(awards, one, language(), here.at)) for one in told]


def _made(here: Scene, winners: list[Proponent], draft: dict[str, str]) -> Response:
    try:
        with transaction(on=here.opportunity) as at:
            texts = {"reason": draft["reason"], "departure_reason": draft.get("departure_reason", "")}
            made = actions.award(*winners, **texts, language=language(), by=here.person, at=at)
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
    queries.get_award(here.opportunity)
    proposed = [one for one in queries.live_awards(here.opportunity) if one.state == "proposed"]
    if not proposed:
        raise NotNow
    live = proposed[0]
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
        "evaluations/confirm.html", scene=here, form=form, live=live, proposed=proposed,
        letters=_letters(here, proposed), **ranking_of(here),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/unsuccessful",
    "/defis/<numbered:number>/evaluation/infructueux",
    GET_POST,
)
def unsuccessful(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """End the tender because no proposal remains."""
    here = scene(number, policy.is_officer)
    refuse_early(policy.when_nothing_remains(here.judged, here.at, here.facts))
    form = ReasonForm()
    if form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            actions.find_unsuccessful(
                queries.get_evaluation(here.opportunity), reason=form.reason.data, by=here.person, at=at
            )
        flash(_("The tender has ended. You can post it again from a copy."), "success")
        return _back(here)
    return render_template("evaluations/unsuccessful.html", scene=here, form=form), 422 if form.errors else 200
