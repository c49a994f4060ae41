"""The index of every scalar that tasks gave and got, and searches on it.

- `numbers` — a leaf's number grows with the time of its value.
- `writing` — leaves put in and taken out, with what each store's index of texts needs.
- `waiting` — XComs and tries whose leaves are not in the index.
- `reading` — leaves by their numbers and by their address.
- `finding` — a query answered.
"""
