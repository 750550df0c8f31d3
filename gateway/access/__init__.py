"""Who may see what: viewers, policy, limits, audit and receipts."""
