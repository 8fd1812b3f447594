"""Whoever reads a PDF reads what no search through its bytes finds: on its pages, broken by a line, and beside them."""

from app.core.document import Document
from app.core.pdf import make_pdf
from tests.disguises import Ear
from tests.papers import read_pdf

SUNG = "Kanarienvogel-open-arun"


def drawn(title: str, words: str, fact: str) -> bytes:
    document = Document(title, "en")
    document.paragraph(words)
    document.facts([("What it costs", fact)])
    return make_pdf(document)


def test_a_text_in_a_pdf_is_read_on_its_pages_across_lines_and_in_its_title() -> None:
    lines = f"{'One more word and ' * 20}".replace("word", SUNG)
    for paper in (drawn("Offer", SUNG, "."), drawn("Offer", lines, "."), drawn("Offer", ".", SUNG * 9)):
        assert SUNG in read_pdf(paper)
        assert Ear(SUNG).hears(paper) == set()
    assert read_pdf(drawn("Offer", lines, ".")).count(SUNG) >= 20
    assert SUNG in read_pdf(drawn(SUNG, ".", "."))


def test_nothing_is_read_that_is_not_there() -> None:
    assert SUNG not in read_pdf(drawn("Offer", "Zaunkönig", "Amsel"))
