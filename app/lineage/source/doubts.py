"""Why something that a source makes may not be there."""

#: Begins the reason of what an `if` makes whose condition is not known, and of what its `else` does.
IF, IF_NOT = "only if ", "only if not "
