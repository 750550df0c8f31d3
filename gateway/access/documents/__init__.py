"""Documents known beforehand: a manifest of trusted ones, and persisted queries."""
