import gzip
from pathlib import Path

import pytest

from app.demo import recording
from app.model.errors import RecordingError
from tests.demo.made import made_recording, made_run, made_xcom

LARGEST = 2_000_000  # Bytes of the recording that everybody clones.


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_what_was_written_is_read_again(tmp_path: Path, name: str) -> None:
    made = made_recording()
    recording.write(tmp_path / name, made)
    assert recording.read(tmp_path / name) == made


def test_a_name_ending_in_gz_makes_a_compressed_file(tmp_path: Path) -> None:
    recording.write(tmp_path / "r.gz", made_recording())
    assert gzip.decompress((tmp_path / "r.gz").read_bytes()).startswith(b'{"type":"header"')


def test_values_stay_exact_however_large_or_odd(tmp_path: Path) -> None:
    value = {
        "big": 12345678901234567890123,
        "inf": float("inf"),
        "text": "Zürich\u2028",
        "no": None,
    }
    made = made_recording(made_run(xcoms=(made_xcom("extract", value, 19),)))
    recording.write(tmp_path / "r", made)
    assert recording.read(tmp_path / "r").runs[0].xcoms[0].value == value


def test_a_file_that_is_no_recording_is_refused_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    recording.write(file, made_recording())
    file.write_text(file.read_text() + "{half")
    with pytest.raises(RecordingError, match=r"r\.jsonl, line 4, is not of a recording"):
        recording.read(file)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"type":"header","airflow_version":"3","recorded_at":"2026-11-20T00:00:00Z","format":99}',
    ],
)
def test_an_empty_file_or_a_later_format_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "r").write_text(text)
    with pytest.raises(RecordingError, match="is not a recording that this xcomtrace can play"):
        recording.read(tmp_path / "r")


def test_a_broken_compressed_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.gz").write_bytes(gzip.compress(b"x" * 1000)[:20])
    with pytest.raises(RecordingError, match="cannot read"):
        recording.read(tmp_path / "r.gz")


def test_a_file_that_is_not_there_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot read"):
        recording.read(tmp_path / "missing")


def test_a_file_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot write"):
        recording.write(tmp_path / "no" / "folder", made_recording())


def test_the_built_in_recording_is_small_and_shows_history_and_failures() -> None:
    assert recording.BUILT_IN.stat().st_size < LARGEST
    built_in = recording.read(recording.BUILT_IN)
    assert len({run.run.dag_id for run in built_in.runs}) >= 3
    assert any(run.logs for run in built_in.runs)
    assert all(dag.versions and dag.tasks for dag in built_in.dags)
