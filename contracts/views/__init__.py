"""Pages of contracts: the public register, agreeing, working, paying, being paid, changing and ending."""

from contracts.views import (
    agreeing,
    batching,
    changing,
    evidence,
    onboarding,
    paying,
    reading,
    sandbox,
    texts,
    working,
)
from contracts.views.blueprint import pages

__all__ = [
    "agreeing",
    "batching",
    "changing",
    "evidence",
    "onboarding",
    "pages",
    "paying",
    "reading",
    "sandbox",
    "texts",
    "working",
]
