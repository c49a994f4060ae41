import pytest

from app.lineage.extent import Extent, extent_of


@pytest.mark.parametrize(
    ("read", "extent"),
    [
        (("tiles", 0), Extent.ITSELF),
        (("tiles", None), Extent.ITSELF),
        (("tiles",), Extent.WHOLE),
        ((), Extent.WHOLE),
        (("tiles", 0, "uri"), Extent.PART),
        (("tiles", 1), None),
        (("rows",), None),
        ((None,), None),
    ],
)
def test_a_pull_reads_a_place_the_whole_around_it_or_a_part(
    read: tuple[str | int | None, ...], extent: Extent | None
) -> None:
    assert extent_of(read, ("tiles", 0)) is extent
