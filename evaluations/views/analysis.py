"""What the officer sees before awarding: completeness, how firmly the first stands, how far evaluators agree."""

from flask import render_template

from evaluations import policy, queries
from evaluations.sensitivity import Varied
from evaluations.views.blueprint import pages
from evaluations.views.guards import scene


@pages.page("/opportunities/<numbered:number>/evaluation/analysis", "/defis/<numbered:number>/evaluation/analyse")
def analysis(number: int) -> str:
    """Show an officer, once quality is locked, how complete, how firm and how unanimous the ranking is."""
    here = scene(number, policy.may_award)
    shown = queries.analysis(here.judged)
    names = {str(one.number): queries.bidder_name(one.proposal) for one in shown.proponents}
    titles = {one.key: one.title for one in shown.criteria}
    return render_template(
        "evaluations/analysis.html", scene=here, analysis=shown, names=names, titles=titles, Varied=Varied,
        begun=queries.begun(here.judged),
    )  # fmt: skip
