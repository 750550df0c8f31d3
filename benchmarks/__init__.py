"""How fast and how frugal the gateway and its peers are; figures, not tests."""
