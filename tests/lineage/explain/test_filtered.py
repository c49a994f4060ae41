"""Templates whose output goes through one more filter."""

import pytest

from app.lineage.explain.filtered import with_filter

PULL = "ti.xcom_pull('make')"


@pytest.mark.parametrize(
    ("template", "corrected"),
    [
        (f"{{{{ {PULL} }}}}", f"{{{{ {PULL} | tojson }}}}"),
        (f"a {{{{- {PULL} -}}}} b", f"a {{{{- {PULL} | tojson -}}}} b"),
        (f"{{{{ {PULL} or {{}} }}}}", f"{{{{ ({PULL} or {{}}) | tojson }}}}"),
        (f"{{{{ {PULL}['a' ~ 'b'] }}}}\n", f"{{{{ {PULL}['a' ~ 'b'] | tojson }}}}\n"),
        (f"{{{{ ds }}}}{{{{ {PULL} }}}}", f"{{{{ ds }}}}{{{{ {PULL} | tojson }}}}"),
        (f"{{{{ {PULL} }}}}{{{{ {PULL} }}}}", None),
        (f"{{{{ {PULL}", None),
    ],
)
def test_the_filter_stands_behind_what_pulls(template: str, corrected: str | None) -> None:
    assert with_filter(template, "tojson") == corrected
