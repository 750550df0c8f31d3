"""How departments are reached."""
