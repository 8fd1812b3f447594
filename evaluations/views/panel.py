"""The panel: who is on it, invitations, declarations, chair, replacement, recusal."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.db import transaction
from app.core.errors import NotFound, NotNow, NotValid
from evaluations import actions, policy, queries
from evaluations.forms import AnswerForm, InviteForm, WordsForm
from evaluations.policy import Facts
from evaluations.views.blueprint import pages
from evaluations.views.guards import Scene, scene

GET_POST = ("GET", "POST")


@pages.page("/opportunities/<numbered:number>/evaluation/panel", "/defis/<numbered:number>/evaluation/comite", GET_POST)
def panel(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Show the panel to its officers, and invite to it."""
    here = scene(number, policy.is_officer)
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with transaction(on=here.opportunity) as at:
                actions.invite(here.opportunity, form.address.data, chairs=form.chairs.data, by=here.person, at=at)
            flash(_("The invitation was sent."), "success")
            return redirect(url_for("evaluations.panel", number=here.opportunity), 303)
        except NotValid as refusal:
            form.refuse(refusal)
    return _panel_page(here, form), 422 if form.errors else 200


def _panel_page(here: Scene, form: InviteForm) -> str:
    members = queries.panel(here.opportunity)
    declared: dict[int, list[Any]] = {}
    for one in queries.declarations(here.opportunity):
        declared.setdefault(one.user_id, []).append(one)
    recusals = queries.recusals_in_words(here.evaluation) if here.evaluation is not None else []
    return render_template(
        "evaluations/panel.html",
        scene=here,
        form=form,
        members=members,
        declared=declared,
        recused=recusals,
        waiting={one.id for one in members if queries.waits_for(one)},
        pause=policy.REMINDER_PAUSE,
        hints=queries.hints(here.evaluation, [one for one in members if one.state in ("invited", "accepted")]),
        changeable=policy.when_preparing(None, here.at, here.facts) is None,
        complete=here.facts.evaluators >= policy.FEWEST_EVALUATORS and here.facts.chaired,
    )


@pages.page(
    "/opportunities/<numbered:number>/evaluation/panel/<key>",
    "/defis/<numbered:number>/evaluation/comite/<key>",
    ("POST",),
)
def member(number: int, key: str) -> Response:
    """Give a member the chair, remind them, or take them off the panel."""
    here = scene(number, policy.is_officer)
    with transaction(on=here.opportunity) as at:
        found = queries.get_member(here.opportunity, key)
        if request.form.get("act") == "chair":
            actions.make_chair(found, by=here.person, at=at)
            said = _("The chair was given to %(name)s.", name=found.user.name)
        elif request.form.get("act") == "replace":
            actions.replace(found, by=here.person, at=at)
            said = _("%(name)s is no longer on the panel. Invite somebody else.", name=found.user.name)
        elif request.form.get("act") == "remind":
            actions.remind(found, by=here.person, at=at)
            said = _("%(name)s was reminded.", name=found.user.name)
        else:
            raise NotFound
    flash(said, "success")
    return redirect(url_for("evaluations.panel", number=here.opportunity), 303)


def _has_place(facts: Facts) -> bool:
    return bool(facts.place)


@pages.page(
    "/opportunities/<numbered:number>/evaluation/declaration",
    "/defis/<numbered:number>/evaluation/declaration",
    GET_POST,
)
def answer(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Declare one's interests, and accept or decline the place; before any proposal can be read."""
    here = scene(number, _has_place)
    if here.facts.place == "accepted":
        return redirect(url_for("evaluations.show", number=here.opportunity), 303)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            return _answered(here, form.decision.data, form.words.data)
        except NotValid as refusal:
            form.refuse(refusal)
    page = render_template("evaluations/answer.html", scene=here, form=form, place=here.place)
    return page, 422 if form.errors else 200


def _answered(here: Scene, decision: str, words: str) -> Response:
    accepts = decision == "accept"
    with transaction(on=here.opportunity) as at:
        actions.answer(
            here.place, accepts=accepts, conflict=decision == "conflict", words=words or "", by=here.person, at=at
        )
    if accepts:
        flash(_("You are on the panel."), "success")
        return redirect(url_for("evaluations.show", number=here.opportunity), 303)
    flash(_("You declined. The officer was told. Thank you for saying so."), "success")
    return redirect(url_for("pages.opportunity", number=here.opportunity), 303)


@pages.page(
    "/opportunities/<numbered:number>/evaluation/conflict", "/defis/<numbered:number>/evaluation/conflit", GET_POST
)
def conflict(number: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Declare a conflict found later: one leaves the panel, and one's scores no longer count."""
    here = scene(number, _has_place)
    form = WordsForm()
    if form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            actions.recuse(here.place, words=form.words.data, by=here.person, at=at)
        flash(_("You have left the panel. The officer was told."), "success")
        return redirect(url_for("pages.opportunity", number=here.opportunity), 303)
    return render_template("evaluations/conflict.html", scene=here, form=form), 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>/conflict",
    "/defis/<numbered:number>/evaluation/<int:proponent>/conflit",
    GET_POST,
)
def conflict_with(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Declare a conflict with one proposal: one's sheet for it no longer counts, and one judges the others."""
    here = scene(number, policy.is_evaluator)
    found = queries.get_proponent(here.judged, proponent)
    if here.facts.judging not in (*policy.JUDGING, "locked") or queries.is_recused(found, here.person):
        raise NotNow
    form = WordsForm()
    if form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            actions.recuse_from(found, words=form.words.data, by=here.person, at=at)
        flash(_("You no longer judge proponent %(number)s. The officer was told.", number=proponent), "success")
        return redirect(url_for("evaluations.show", number=here.opportunity), 303)
    page = render_template("evaluations/conflict_with.html", scene=here, form=form, proponent=found)
    return page, 422 if form.errors else 200
