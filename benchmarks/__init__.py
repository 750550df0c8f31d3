"""How fast and how frugal the gateway is; figures, not tests."""
