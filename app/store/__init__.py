"""Our words, kept: SQL and nothing else. Functions take a session; `session.py` owns the commit."""
