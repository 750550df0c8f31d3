"""The gateway: one connected view of every enterprise, over GraphQL."""
