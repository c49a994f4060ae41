"""What samples of a soak come to, and whether that is good enough; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import linear_regression, mean, median, quantiles

#: Memory is flat when the line through the second half of the samples rises by no more than this
#: part of their mean, from the half's beginning to its end.
FLAT = 0.05
#: Seconds from a push in Airflow until it is stored: the 95th of a hundred, and the longest.
#: Between two passes lie 3, after a failed one 3 to 6, after the next 6 to 12.
LAG_95, LAG_LONGEST = 10.0, 60.0


@dataclass(frozen=True, slots=True)
class Sample:
    seconds: float  # Since the beginning.
    memory: int  # Bytes resident, of no file.
    requests: int  # That reached Airflow so far.
    stored: int  # Bytes of the database.


@dataclass(frozen=True, slots=True)
class Soak:
    """What was seen."""

    samples: Sequence[Sample]
    lags: Sequence[float]  # Seconds, in the order in which versions came in.
    faults: int
    ended: int  # Tries.
    is_equal: bool  # In the end the store had what Airflow had.

    @property
    def later(self) -> Sequence[Sample]:
        return self.samples[len(self.samples) // 2 :]

    @property
    def rise(self) -> float:
        """By which part of itself memory rose over the second half."""
        times, sizes = [one.seconds for one in self.later], [one.memory for one in self.later]
        slope = linear_regression(times, sizes).slope
        return slope * (times[-1] - times[0]) / mean(sizes)

    @property
    def rates(self) -> list[float]:
        """Requests a second between samples."""
        pairs = zip(self.samples, self.samples[1:], strict=False)
        return [(b.requests - a.requests) / (b.seconds - a.seconds) for a, b in pairs]

    @property
    def lag_95(self) -> float:
        return quantiles(self.lags, n=20)[-1]


def faults_of(soak: Soak) -> Iterator[str]:
    """What is not as it should be, a line each."""
    if soak.rise > FLAT:
        yield f"memory is not flat: it rose by {soak.rise:.1%} over the second half"
    if soak.lag_95 > LAG_95 or max(soak.lags) > LAG_LONGEST:
        yield f"lag is not bounded: {soak.lag_95:.1f} s, the longest {max(soak.lags):.1f} s"
    if not soak.is_equal:
        yield "the store does not equal Airflow"


def table(soak: Soak) -> Iterator[str]:
    first, last = soak.samples[0], soak.samples[-1]
    half = soak.later[0]
    minutes = (last.seconds - first.seconds) / 60
    yield f"soaked                {minutes:.1f} min, {soak.ended} tries, {soak.faults} faults"
    yield f"memory                {_mb(first.memory)} first, {_mb(half.memory)} half-way,"
    yield f"                      {_mb(last.memory)} last, {soak.rise:+.1%} in the second half"
    yield f"lag, push to stored   {median(soak.lags):.1f} s median, {soak.lag_95:.1f} s 95th,"
    yield f"                      {max(soak.lags):.1f} s longest, of {len(soak.lags)} values"
    yield f"requests a second     {mean(soak.rates):.1f} mean, {max(soak.rates):.1f} most"
    yield f"store                 {_mb(first.stored)} to {_mb(last.stored)}"
    yield f"equals Airflow        {'yes' if soak.is_equal else 'NO'}"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
