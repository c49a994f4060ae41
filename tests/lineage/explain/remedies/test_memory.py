import pytest

from app.lineage.explain.remedies.memory import more_memory
from app.model.values import Json
from tests.build import make_try


@pytest.mark.parametrize(
    ("resources", "amount"),
    [({"limits": {"memory": "256Mi"}}, "512Mi"), ({"limits": {"cpu": "1"}}, "1Gi"),
     ("{'limits'", "1Gi"), (None, "1Gi")],
)  # fmt: skip
def test_the_limit_that_was_rendered_is_doubled(resources: Json, amount: str) -> None:
    one = make_try(rendered={"container_resources": resources})
    assert more_memory(one) == (
        f'container_resources=k8s.V1ResourceRequirements(requests={{"memory": "{amount}"}},'
        f' limits={{"memory": "{amount}"}})'
    )
