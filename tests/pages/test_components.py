"""The macros that pages are made of, drawn with the application's own settings."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from wtforms import FieldList, FormField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from app.core.errors import NotValid
from app.core.forms import Form, MomentField, MoneyField

COMPONENTS = Path(__file__).parents[2] / "templates" / "components"
FORMS = '{% from "components/forms.html" import error_summary, field, form_page, pair, rows %}'
PAGE = '{% from "components/page.html" import money_bar, summary_list, table, tag, weights_bar %}'


class MilestoneForm(PlainForm):
    """One row."""

    title = StringField("Title", validators=[InputRequired("Enter a title.")])


class SampleForm(Form):
    """A field of each kind that the macros tell apart."""

    title_en = StringField("Title")
    title_fr = StringField("Titre")
    problem = TextAreaField("Problem", validators=[InputRequired("Describe the problem.")])
    value = MoneyField("Value")
    closes = MomentField("Closes")
    score = RadioField("Score", choices=["0", "1"], validators=[InputRequired("Choose a score.")])
    department = SelectField("Department", choices=["A"])
    milestones = FieldList(FormField(MilestoneForm), min_entries=2)


@pytest.fixture
def draw(application: Flask) -> Any:
    """Draw a piece of template in a language, with a form as it was sent."""

    def drawn(source: str, lang: str = "en", sent: dict[str, str] | None = None, **values: object) -> str:
        method = "GET" if sent is None else "POST"
        with application.test_request_context(f"/{lang}/", method=method, data=sent):
            g.lang = lang
            form = SampleForm()
            if sent is not None:
                form.validate()
            return render_template_string(FORMS + PAGE + source, form=form, **values)

    return drawn


def test_an_error_summary_links_each_sentence_to_the_box_it_speaks_of(draw: Any) -> None:
    page = draw("{{ error_summary(form) }}{{ field(form.problem) }}{{ field(form.score) }}", sent={"x": "y"})
    links = re.findall(r'<a href="#([\w-]+)">', page)
    assert links == ["problem", "score-0", "department", "milestones-0-title", "milestones-1-title"]
    assert page.count('id="problem"') == page.count('id="score-0"') == 1


def test_there_is_no_summary_without_an_error(draw: Any) -> None:
    assert draw("{{ error_summary(form) }}").strip() == ""


def test_an_action_s_refusal_stands_beside_its_field(application: Flask) -> None:
    with application.test_request_context("/en/"):
        form = SampleForm()
        form.refuse(NotValid("Too late.", field="closes"))
        page = render_template_string(FORMS + "{{ field(form.closes) }}", form=form)
    assert '<p class="error" id="closes-error">' in page
    assert 'aria-describedby="closes-error"' in page


def test_what_was_typed_into_a_wrong_amount_or_moment_is_shown_again(draw: Any) -> None:
    source = "{{ field(form.value) }}{{ field(form.closes) }}"
    page = draw(source, sent={"value": "a lot", "closes": "next <week>"})
    assert re.findall(r'value="([^"]*)"', page) == ["a lot", "next &lt;week&gt;"]


def test_a_pair_says_which_language_is_missing(draw: Any) -> None:
    source = '{{ pair(form.title_en, form.title_fr, "Title") }}'
    said = [
        draw(source, sent=sent)
        for sent in ({"title_en": "River"}, {"title_fr": "Eau"}, {"title_en": "River", "title_fr": "Eau"})
    ]
    states = ("French is missing", "English is missing", "Both languages")
    assert [[state for state in states if state in page] for page in said] == [[state] for state in states]


def test_rows_are_added_and_removed_by_buttons_that_name_the_row(draw: Any) -> None:
    page = draw('{{ rows(form.milestones, "Milestone") }}')
    buttons = re.findall(r'name="(add|remove)" value="([\w-]+)"', page)
    assert buttons == [("remove", "milestones-0"), ("remove", "milestones-1"), ("add", "milestones")]


def test_pressing_enter_in_a_form_presses_none_of_its_named_buttons(draw: Any) -> None:
    page = draw('{% call form_page(form) %}{{ rows(form.milestones, "M") }}{% endcall %}')
    first = page[page.index("<button") :].split(">", 1)[0]
    assert "name=" not in first


def test_weights_and_money_are_tables_beside_their_bars(draw: Any) -> None:
    english, french = (
        draw("{{ weights_bar(weights) }}{{ money_bar(100, 200, 1000) }}", lang, weights=[("A", 60), ("B", 40)])
        for lang in ("en", "fr")
    )
    assert re.findall(r'<td class="number">(.*?)</td>', english) == ["60%", "40%"]
    assert re.findall(r'<td class="number">(.*?)</td>', french) == ["60\u00a0%", "40\u00a0%"]
    assert re.findall(r"<dd>(.*?)</dd>", english) == ["$1", "$2", "$7", "$10"]


def test_cells_and_words_are_escaped(draw: Any) -> None:
    source = '{{ table("<c>", ["<h>"], [["<x>"]]) }}{{ summary_list([("<k>", "<v>")]) }}{{ tag("open", "<w>") }}'
    assert re.findall(r"<[chxkvw]>", draw(source)) == []


@pytest.mark.parametrize("name", ["forms.html", "page.html", "icons.html"])
def test_every_macro_is_shown_at_the_head_of_its_file(name: str) -> None:
    source = (COMPONENTS / name).read_text(encoding="utf-8")
    head, rest = source.split("#}", 1)
    inner = {"hint_of", "described", "count_of", "box", "choices", "date_boxes", "error_links", "task_status"}
    inner |= {"table_row", "hatches", "swatch", "bar"}
    macros = set(re.findall(r"{% macro (\w+)", rest)) - inner
    assert {macro for macro in macros if f"{macro}(" not in head} == set()
