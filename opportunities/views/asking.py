"""Questions of developers and the department's answers to everyone."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core.db import database_now, transaction
from app.core.errors import NotValid
from app.core.late import refuse_early
from app.core.web import language
from auth.views.session import signed_in
from opportunities import actions, policy, queries
from opportunities.forms import AnswerForm, AskForm
from opportunities.views.blueprint import pages
from opportunities.views.guards import written


@pages.page("/opportunities/<numbered:number>/ask", "/defis/<numbered:number>/question", methods=("GET", "POST"))
def ask(number: int) -> object:
    """Ask a question; everyone will see it with its answer, nobody will see who asked."""
    person = signed_in()
    moment = database_now()
    opportunity = queries.get_visible(number, person, moment)
    refusal = policy.asking(opportunity, queries.facts(opportunity, person, moment), moment)
    refuse_early(refusal)
    form = AskForm()
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                actions.ask(queries.get_opportunity(number), form.body.data, language(), by=person, at=at)
        except NotValid as wrong:
            form.refuse(wrong)
        else:
            flash(_("Your question was sent. It appears with its answer, without your name."))
            return redirect(url_for("pages.opportunity", number=opportunity), 303)
    page = render_template("opportunities/ask.html", opportunity=opportunity, form=form)
    return page, 422 if form.errors else 200


@pages.page(
    "/opportunities/<numbered:number>/manage/questions/<key>",
    "/defis/<numbered:number>/gestion/questions/<key>",
    ("GET", "POST"),
)
def answer(number: int, key: str) -> object:
    """Answer a question to everyone, rewording it where it would tell who asks."""
    opportunity, _facts, person = written(number, "open")
    question = queries.get_question(opportunity, key)
    given = {"wording_en": question.body.en, "wording_fr": question.body.fr}
    form = AnswerForm() if request.method == "POST" else AnswerForm(formdata=None, data=given)
    if form.validate_on_submit():
        try:
            with transaction(on=opportunity) as at:
                fresh = queries.get_question(queries.get_opportunity(number), key)
                actions.answer(fresh, form.answer, form.wording, by=person, at=at)
        except NotValid as refusal:
            form.refuse(refusal)
        else:
            flash(_("The answer is published to everyone."))
            return redirect(url_for("opportunities.manage", number=number), 303)
    page = render_template("opportunities/answer.html", opportunity=opportunity, question=question, form=form)
    return page, 422 if form.errors else 200
