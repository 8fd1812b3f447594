"""What a developer offers: drafts, sealing, receipts."""
