"""How proposals are judged and one is chosen."""
