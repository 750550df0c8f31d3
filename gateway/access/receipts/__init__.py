"""Signed receipts: they prove later what was said, and that everybody was heard."""
