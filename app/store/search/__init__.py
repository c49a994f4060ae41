"""The index of every scalar that tasks gave and got, and searches on it.

- `numbers` — a leaf's number grows with the time of its value.
- `kinds` — a scalar as the index holds it.
- `merging` — SQLite's index of texts made smaller.
- `waiting` — XComs and tries whose leaves are not in the index.
- `writing` — leaves put in and taken out, with what each store's index of texts needs.
- `partitions` — PostgreSQL's parts of the table, one for each week.
- `finding` — a query answered: `candidates` that may fit, in `batches`, from small `sets`, from one
  text's leaves in their order (`ordered`, on PostgreSQL in `weeks`) or from `trigrams`, narrowed by
  `paths` and `filters`, read by `reading` and checked one by one, within `limits`.
- `groups` — the rare ones among a text's groups of characters, judged by a `sample` of the index.
- `occurrences` — leaves of which the address or the text is known.
"""
