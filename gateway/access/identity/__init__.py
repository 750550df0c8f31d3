"""Who asks: bearer tokens, the issuer of a demonstration, and API keys."""
