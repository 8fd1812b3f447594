"""Pages of contracts: the public register, agreeing, working, paying, being paid, figures, changing and ending."""

from contracts.views import (
    agreeing,
    amending,
    batching,
    books,
    changing,
    conversing,
    evidence,
    figures,
    funding,
    onboarding,
    paying,
    reading,
    refunding,
    sandbox,
    statements,
    texts,
    working,
)
from contracts.views.blueprint import pages

__all__ = [
    "agreeing",
    "amending",
    "batching",
    "books",
    "changing",
    "conversing",
    "evidence",
    "figures",
    "funding",
    "onboarding",
    "pages",
    "paying",
    "reading",
    "refunding",
    "sandbox",
    "statements",
    "texts",
    "working",
]
