"""The gateway beside its peers: same core, same departments, same answers."""
