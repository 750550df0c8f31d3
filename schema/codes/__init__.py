"""Codes of the national standards."""
