import pytest

from app.lineage.explain.corrected import as_path, with_key, with_step, with_task_id


@pytest.mark.parametrize(
    ("template", "corrected"),
    [
        ("{{ ti.xcom_pull('mkae')['mkae_x'] }}", "{{ ti.xcom_pull('make')['mkae_x'] }}"),
        ('{{ ti.xcom_pull(task_ids="mkae") }}', '{{ ti.xcom_pull(task_ids="make") }}'),
        ("{{ ti.xcom_pull(['a', 'mkae']) }}", "{{ ti.xcom_pull(['a', 'make']) }}"),
        ("{{ ti.xcom_pull(source) }}", None),
    ],
)
def test_the_task_id_is_replaced_where_it_is_quoted(template: str, corrected: str | None) -> None:
    assert with_task_id(template, "mkae", "make") == corrected


@pytest.mark.parametrize(
    ("template", "corrected"),
    [
        ("{{ ti.xcom_pull('pth')['pth'] }}", "{{ ti.xcom_pull('pth')['path'] }}"),
        ('{{ ti.xcom_pull("a")["pth"] }}', '{{ ti.xcom_pull("a")["path"] }}'),
        ("{{ ti.xcom_pull('a').get('pth', 'x') }}", "{{ ti.xcom_pull('a').get('path', 'x') }}"),
        ("{{ ti.xcom_pull('a').pth }}", "{{ ti.xcom_pull('a').path }}"),
        ("{{ r[i] }}", None),
    ],
)
def test_a_step_is_replaced_however_it_is_taken(template: str, corrected: str | None) -> None:
    assert with_step(template, "pth", "path") == corrected


def test_a_name_that_is_no_identifier_is_taken_with_brackets() -> None:
    assert with_step("{{ r.ab }}", "ab", "a-b") == "{{ r['a-b'] }}"


def test_a_key_becomes_a_path() -> None:
    template = "{{ ti.xcom_pull('a', key='k') }}"
    assert as_path(template, "a", "k") == "{{ ti.xcom_pull('a')['k'] }}"
    assert as_path(None, "a", "k") == "{{ ti.xcom_pull(task_ids='a')['k'] }}"
    assert with_key(template, "k", "key") == "{{ ti.xcom_pull('a', key='key') }}"
