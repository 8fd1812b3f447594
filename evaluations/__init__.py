"""How proposals are judged and one is chosen: panel, declarations, scores, ranking, award."""
