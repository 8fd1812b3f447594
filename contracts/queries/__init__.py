"""Reads of contracts."""

from contracts.queries.listing import (
    PAGE,
    Filters,
    Listed,
    Statement,
    contracts_of,
    departments_with_contracts,
    list_contracts,
    statement,
)
from contracts.queries.people import facts, find_account, find_account_of, payees_of, supplier_side, tax_number_of
from contracts.queries.reading import (
    find_award_to_draw,
    find_contract,
    get_amendment,
    get_contract,
    get_delivered_file,
    get_milestone,
    get_payment,
    last_attempt,
    last_delivery,
    next_number,
    terms_of,
    text_hash,
)
from contracts.queries.waiting import awaiting

__all__ = [
    "PAGE",
    "Filters",
    "Listed",
    "Statement",
    "awaiting",
    "contracts_of",
    "departments_with_contracts",
    "facts",
    "find_account",
    "find_account_of",
    "find_award_to_draw",
    "find_contract",
    "get_amendment",
    "get_contract",
    "get_delivered_file",
    "get_milestone",
    "get_payment",
    "last_attempt",
    "last_delivery",
    "list_contracts",
    "next_number",
    "payees_of",
    "statement",
    "supplier_side",
    "tax_number_of",
    "terms_of",
    "text_hash",
]
