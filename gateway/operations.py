"""What an operator can do: serve, synchronize, reconcile, look at adapters."""
