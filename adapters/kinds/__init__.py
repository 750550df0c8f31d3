"""The technologies that departments speak."""
