from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with our lock file and nothing else."""
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


def test_every_asset_and_its_licence_is_fetched_once(checkout: Path) -> None:
    assert hatch_build.fill(checkout)
    vendor = checkout / "static" / "vendor"
    found = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    wanted = {*hatch_build.ASSETS.values(), *hatch_build.LICENCES.values()}
    assert found == wanted | {".stamp"}
    assert not hatch_build.fill(checkout)
    assert not (checkout / "node_modules").exists()


def test_another_lock_file_makes_the_assets_stale(checkout: Path) -> None:
    hatch_build.fill(checkout)
    lock = checkout / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert not hatch_build.is_current(checkout)


def test_a_package_with_another_hash_is_refused(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lock = checkout / "package-lock.json"
    text = lock.read_text()
    start = text.index('"integrity": "sha512-') + len('"integrity": "sha512-')
    lock.write_text(f"{text[:start]}{'A' * 86}{text[start + 86 :]}")
    with pytest.raises(SystemExit, match="npm ci failed"):
        hatch_build.fill(checkout)
    assert "EINTEGRITY" in capfd.readouterr().err
    assert not (checkout / "static").exists()
