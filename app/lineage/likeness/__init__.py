"""Whether a value that stands in a field is the one that an XCom holds, or only looks like it."""
