"""Demand control: what an operation costs, how much each may ask, who waits."""
