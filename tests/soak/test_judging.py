"""What a soak is held against."""

import pytest

from tests.soak.judging import Sample, Soak, faults_of, table

MB = 10**6


def soaked(
    *, memory: list[int], lags: tuple[float, ...] = (1.0, 2.0, 3.0), is_equal: bool = True
) -> Soak:
    samples = [
        Sample(10.0 * place, size * MB, 100 * place, place * MB)
        for place, size in enumerate(memory)
    ]
    return Soak(samples, lags, faults=3, ended=50, is_equal=is_equal)


def test_what_grows_at_first_and_then_stays_is_flat() -> None:
    soak = soaked(memory=[10, 100, 190, 200, 201, 199, 200, 200])
    assert abs(soak.rise) < 0.01
    assert list(faults_of(soak)) == []


@pytest.mark.parametrize(
    ("soak", "told"),
    [
        (
            soaked(memory=[100, 110, 120, 130, 140, 150, 160, 170]),
            "memory is not flat: it rose by 19.4% over the second half",
        ),
        (
            soaked(memory=[200] * 4, lags=(1.0,) * 200 + (61.0,)),
            "lag is not bounded: 1.0 s, the longest 61.0 s",
        ),
        (
            soaked(memory=[200] * 4, lags=(11.0,) * 20),
            "lag is not bounded: 11.0 s, the longest 11.0 s",
        ),
        (soaked(memory=[200] * 4, is_equal=False), "the store does not equal Airflow"),
    ],
)
def test_what_is_not_as_it_should_be_is_told(soak: Soak, told: str) -> None:
    assert list(faults_of(soak)) == [told]


def test_the_table_tells_the_figures() -> None:
    lines = "\n".join(table(soaked(memory=[100, 200, 200, 200])))
    assert "200.0 MB last, +0.0% in the second half" in lines
    assert "10.0 mean, 10.0 most" in lines
    assert "2.0 s median" in lines
