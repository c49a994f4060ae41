"""Each try's rendered fields beside what its declaration would give: flows, broken pulls."""
