from dataclasses import replace

from app.graph.build import build
from app.graph.structure import structure_hash
from app.model.findings import Evidence
from tests.graph import geo


def test_states_and_values_do_not_change_the_structure() -> None:
    material = geo.material()
    changed = replace(
        material,
        instances=tuple(replace(one, state="running") for one in material.instances),
        flows=tuple(
            replace(one, value="other", evidence=Evidence.INFERRED) for one in material.flows
        ),
    )
    assert structure_hash(build(changed)) == structure_hash(build(material))


def test_a_flow_more_changes_the_structure() -> None:
    material = geo.material()
    fewer = replace(material, flows=material.flows[1:])
    assert structure_hash(build(fewer)) != structure_hash(build(material))
