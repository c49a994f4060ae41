"""Regular expressions of a search: in Python's notation, and never slower than their text is long.

Python's own `re` may need years for one text and cannot be stopped, so that only its parser and its
tests of single characters are used. What needs going back (references to groups, looking ahead or
behind) is refused.
"""
