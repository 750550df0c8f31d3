"""The types and rules of the connected view; no I/O."""
