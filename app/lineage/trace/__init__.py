"""Each try's rendered fields compared with what its declaration would give: flows and broken pulls."""
