"""Looks at the real source, whatever it is, for rows and how to reach them."""
