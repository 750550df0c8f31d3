"""How single values are read: a value, None for «nothing», or a complaint."""
