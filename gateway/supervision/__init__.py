"""What follows from the records: restrictions, conflicts, checks."""
