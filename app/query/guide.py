"""The language of searches, told by examples: for its help page and for suggestions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """`begins`: how one is begun; empty where nothing is typed before what one looks for."""

    begins: str
    example: str
    finds: str


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    phrases: tuple[Phrase, ...]


GUIDE = (
    Chapter(
        "What stands in the value",
        (
            Phrase("", "z14/tiles", "values in which `z14/tiles` stands, in capitals or not"),
            Phrase("'", "'two words'", "values in which both stand, with the space between them"),
            Phrase('"', '"s3://lake/a.parquet"', "values that are exactly this text"),
            Phrase("", "s3://lake/*", "values that begin with this"),
            Phrase("re:/", r"re:/part-\d+\.csv/", "values that the regular expression matches"),
        ),
    ),
    Chapter(
        "Where it stands",
        (
            Phrase("key:", "key:tiles_*", "XComs under such a key, template fields of that name"),
            Phrase("path:", "path:result.*.uri", "values at such a place inside an XCom or field"),
            Phrase("in:xcom", "in:xcom", "only what tasks gave"),
            Phrase("in:args", "in:args", "only what tasks got in arguments and other fields"),
            Phrase("in:env", "in:env", "only what tasks got in environment variables"),
        ),
    ),
    Chapter(
        "Whose it is",
        (
            Phrase("dag:", "dag:geo_*", "values of the tasks of such DAGs"),
            Phrase("task:", "task:extract_tiles", "values of that task"),
            Phrase("run:", "run:scheduled__2026-11-2*", "values of such runs"),
            Phrase("state:", "state:failed", "values of tries that ended so"),
            Phrase("deployment:", "deployment:prod-eu", "values of one Airflow"),
        ),
    ),
    Chapter(
        "How much it is",
        (
            Phrase("", "rows>1000", "numbers over 1000 under the name `rows`"),
            Phrase("", "stats.rows<=0", "the same, told by more of its path"),
            Phrase("", "day>=2026-11-01", "dates under the name `day`, from the first of November"),
            Phrase("", 'name="x"', "the text `x` under the name `name`; `!=` for any other"),
        ),
    ),
    Chapter(
        "When",
        (
            Phrase("since:", "since:24h", "values of the last 24 hours; also `90m`, `7d`, `1y`"),
            Phrase("since:", "since:2026-11-01", "values from that day on, in UTC"),
            Phrase("until:", "until:2026-11-20T06:00", "values from before that time"),
        ),
    ),
    Chapter(
        "All but that",
        (
            Phrase("-", "-state:success", "whatever follows the `-` does not hold"),
            Phrase("-", "tiles -z14", "values with `tiles` and without `z14`"),
        ),
    ),
)
