"""Debriefs: what a bidder reads and asks; what an officer words before release and answers after it."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import import_string

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.late import refuse_early
from app.core.web import language
from auth.views.session import signed_in
from evaluations import actions, policy, queries
from evaluations.forms import DebriefAnswerForm, QuestionForm, wording_form
from evaluations.views import debrief_document
from evaluations.views.blueprint import pages
from evaluations.views.guards import scene

GET_POST = ("GET", "POST")
DRAWING = "app.core.pdf:make_pdf"
"""Imported when somebody first asks for a PDF: no other page needs what draws it."""


@pages.page("/proposals/<key>/debrief", "/propositions/<key>/compte-rendu")
def debrief(key: str) -> str:
    """Show a bidder how their proposal came out, and why."""
    proposal = queries.get_own_proposal(key, signed_in())
    shown = queries.debrief(proposal)
    asks = queries.may_ask(shown, clock.now())
    rows = debrief_document.facts(shown, language())
    return render_template(
        "evaluations/debrief.html", debrief=shown, proposal=proposal, asks=asks, rows=rows, as_text=debrief_document
    )


@pages.page("/proposals/<key>/debrief.pdf", "/propositions/<key>/compte-rendu.pdf")
def debrief_pdf(key: str) -> Response:
    """Give a bidder the same as a PDF, in the page's language."""
    proposal = queries.get_own_proposal(key, signed_in())
    drawn = import_string(DRAWING)(debrief_document.as_document(queries.debrief(proposal), language()))
    name = "debrief" if language() == "en" else "compte-rendu"
    disposition = f'attachment; filename="{name}-{proposal.opportunity.number}.pdf"'
    return Response(drawn, mimetype="application/pdf", headers={"Content-Disposition": disposition})


@pages.page("/proposals/<key>/debrief/question", "/propositions/<key>/compte-rendu/question", GET_POST)
def ask_about_debrief(key: str) -> Any:  # noqa: ANN401  (a Flask answer)
    """Let a bidder ask about their debrief."""
    person = signed_in()
    proposal = queries.get_own_proposal(key, person)
    shown = queries.debrief(proposal)
    waits = any(one.answered_at is None for one in shown.questions)
    refuse_early(policy.when_asking(shown.released_at, clock.now(), waits=waits))
    form = QuestionForm()
    if form.validate_on_submit():
        with transaction(on=proposal.opportunity) as at:
            actions.ask_about_debrief(proposal, body=form.body.data, by=person, at=at)
        flash(_("Your question was sent. The department answers you alone."), "success")
        return redirect(url_for("evaluations.debrief", key=proposal.key), 303)
    return render_template("evaluations/ask_debrief.html", form=form, proposal=proposal), 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/debriefs", "/defis/<numbered:number>/evaluation/comptes-rendus"
)
def debriefs(number: int) -> str:
    """List the debriefs for an officer: which are worded, which have a question that waits."""
    here = scene(number, policy.may_award)
    listed = queries.proponents(here.judged)
    released = queries.released_at(here.judged)
    opens = policy.when_wording(here.facts, released=released is not None) is None
    return render_template(
        "evaluations/debriefs.html", scene=here, listed=listed, opens=opens, released=released,
        worded=queries.worded(here.judged), asked=queries.questions_in(here.judged),
        bidder_name=queries.bidder_name,
    )  # fmt: skip


@pages.page(
    "/opportunities/<numbered:number>/evaluation/debriefs/<int:proponent>",
    "/defis/<numbered:number>/evaluation/comptes-rendus/<int:proponent>",
    GET_POST,
)
def word_debrief(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Word the rationales that a bidder will read; the evaluators' own words stay beside."""
    here = scene(number, policy.may_award)
    shown = queries.get_proponent(here.judged, proponent)
    refused = policy.when_wording(here.facts, released=queries.released_at(here.judged) is not None)
    if refused is not None:
        raise refused
    rounds, said = queries.judgements_of(shown), queries.said_of(shown)
    form = wording_form(said)(data={f"words-{key}": one.words for key, one in said.items()})
    if form.validate_on_submit():
        texts = {key: form[f"words-{key}"].data or "" for key in said}
        with transaction(on=here.opportunity) as at:
            changed = actions.reword(shown, texts, by=here.person, at=at)
        flash(_("Saved. Rationales worded anew: %(count)s.", count=changed), "success")
        return redirect(url_for("evaluations.debriefs", number=here.opportunity), 303)
    page = render_template(
        "evaluations/word_debrief.html", scene=here, form=form, proponent=shown, rounds=rounds,
        as_text=debrief_document, name=queries.bidder_name(shown.proposal),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/evaluation/<int:proponent>/question",
    "/defis/<numbered:number>/evaluation/<int:proponent>/question",
    GET_POST,
)
def answer_debrief(number: int, proponent: int) -> Any:  # noqa: ANN401  (a Flask answer)
    """Answer what a bidder asks about their debrief, to them alone."""
    here = scene(number, policy.may_award)
    shown = queries.get_proponent(here.judged, proponent)
    asked = queries.questions_of(shown)
    if not asked:
        raise NotFound(sealed=True)
    question = queries.open_question(shown)
    form = DebriefAnswerForm()
    if question is not None and form.validate_on_submit():
        with transaction(on=here.opportunity) as at:
            actions.answer_debrief_question(question, answer=form.answer.data, by=here.person, at=at)
        flash(_("Your answer was sent to the bidder."), "success")
        return redirect(url_for("evaluations.debriefs", number=here.opportunity), 303)
    page = render_template(
        "evaluations/answer_debrief.html", scene=here, form=form, proponent=shown, asked=asked, question=question,
        name=queries.bidder_name(shown.proposal),
    )  # fmt: skip
    return page, 422 if form.errors else 200
