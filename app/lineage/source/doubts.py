"""Why something that a source makes may not be there."""

#: Begin the reasons of what an `if` makes whose condition is not known, and of what its `else` does
IF, IF_NOT = "only if ", "only if not "
