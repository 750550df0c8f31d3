"""`python -m gateway` is the command `creditnet`."""

from gateway.cli import app

app(prog_name="creditnet")
