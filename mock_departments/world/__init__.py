"""What is true in the invented province."""
