"""From «these records of these enterprises» to the fewest source calls."""
