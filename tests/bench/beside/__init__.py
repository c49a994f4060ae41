"""One question, asked of two dashboards: what did this field get, and who gave it?

`questions` are what is asked, `ours` and `theirs` the ways to the answer in xcomtrace and in
Airflow's own pages, both made of `steps`. `walking` takes them in a browser, `counting` counts what
that cost, `standing` has both servers over the same runs, `sides` visits them, and `measures` and
`figures` tell what came of it.
"""
