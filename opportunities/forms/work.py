"""The work: the need, and what is delivered."""

from opportunities.forms.base import PageForm, line, text


class NeedForm(PageForm):
    """The problem, and whom it concerns."""

    texts = ("title", "summary", "problem", "users")
    title_en, title_fr = line(), line()
    summary_en, summary_fr = line(limit=400), line(limit=400)
    problem_en, problem_fr = text(), text()
    users_en, users_fr = text(), text()


class DeliverablesForm(PageForm):
    """What is delivered and when it is accepted."""

    texts = ("deliverables", "acceptance", "additional")
    deliverables_en, deliverables_fr = text(), text()
    acceptance_en, acceptance_fr = text(), text()
    additional_en, additional_fr = text(), text()
