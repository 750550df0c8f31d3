"""What every web server owes: nothing forged, no foreign pages, no endless waits."""
