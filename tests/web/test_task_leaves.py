"""What a task instance got and gave as tables of paths and values, and as JSON."""

import json
import re
from html import unescape

from starlette.testclient import TestClient

from app.model.values import Json
from app.web import links
from app.web.task_leaves import gave_json, gave_tables, got_json, got_table, json_text
from tests.build import make_try, make_xcom
from tests.web.addresses import geo_task
from tests.web.reading import words


def page(client: TestClient, view: str, task_id: str = "extract_tiles") -> str:
    instance = geo_task(task_id)
    return client.get(links.task_instance(deployment="prod-eu", instance=instance, view=view)).text


def rows_of(value: Json) -> list[tuple[str, str, str]]:
    (table,) = gave_tables([make_xcom(value=value)], "default")
    return [(row.address, row.kind, row.value.text) for row in table.rows]


def test_every_leaf_is_a_row_with_its_path_and_type() -> None:
    value: Json = {"uri": "s3://a", "n": 14, "text": "14", "off": None, "ok": True, "l": [[], 1.5]}
    assert rows_of(value) == [
        ("return_value.uri", "string", "s3://a"),
        ("return_value.n", "number", "14"),
        ("return_value.text", "string", "14"),
        ("return_value.off", "null", "null"),
        ("return_value.ok", "boolean", "true"),
        ("return_value.l[0]", "list", "[]"),
        ("return_value.l[1]", "number", "1.5"),
    ]


def test_of_a_long_list_the_first_leaves_are_shown_and_the_others_counted() -> None:
    (table,) = gave_tables([make_xcom(value=list(range(301)))], "default")
    assert len(table.rows) == 300
    assert table.rest == "1 more leaf"


def test_a_value_kept_in_part_is_one_row_that_says_so() -> None:
    (table,) = gave_tables([make_xcom(value='{"a": [1', truncated=True)], "default")
    assert [row.address for row in table.rows] == ["return_value"]
    assert table.is_cut


def test_a_masked_field_is_not_copied() -> None:
    attempt = make_try(rendered={"env_vars": {"TOKEN": "***", "ZOOM": "14"}})
    rows = got_table(attempt, "default").rows
    assert [(row.address, row.is_masked, row.copied) for row in rows] == [
        ("env_vars.TOKEN", True, ""),
        ("env_vars.ZOOM", False, "14"),
    ]


def test_a_value_too_long_for_a_page_is_not_copied_in_part() -> None:
    (table,) = gave_tables([make_xcom(value="x" * 20_001)], "default")
    (shown,) = gave_json([make_xcom(value="x" * 20_001)])
    assert table.rows[0].copied == ""
    assert shown.copied == ""
    assert shown.rest == "3 characters more"


def test_numbers_keep_all_their_digits() -> None:
    value: Json = {"id": 2**63 + 1, "one": 1.0, "small": 1e-07, "sum": 0.1 + 0.2}
    shown = json_text("", value).text
    for text in ("9223372036854775809", "1.0", "1e-07", "0.30000000000000004"):
        assert f": {text}" in shown
    assert json.loads(shown) == value


def test_a_text_is_json_with_its_quotes_and_letters_as_they_are() -> None:
    assert json_text("", 'é "so"').text == '"é \\"so\\""'


def test_the_beginning_of_a_value_is_told_with_the_hash_of_the_whole() -> None:
    cut = make_xcom(value='{"a": [1', size=5_000_000, truncated=True, sha256="ab" * 32)
    (shown,) = gave_json([cut])
    assert (shown.text, shown.size, shown.copied) == ('{"a": [1', "5.0 MB", "")
    assert "ab" * 32 in shown.rest


def test_fields_that_were_not_seen_have_no_json() -> None:
    assert got_json(make_try(rendered=None)) is None


def test_the_table_has_input_beside_output(client: TestClient) -> None:
    told = words(page(client, "table"))
    assert "path value arguments[0] --grid=s3://geo-plan/2026-11-21/z14/grid.json" in told
    assert "env_vars.AWS_TOKEN *** masked" in told
    assert "return_value.stats.bytes number 81230112" in told


def test_every_path_of_the_table_leads_to_its_value(client: TestClient) -> None:
    follow = re.findall(r'href="(/value[^"]*)"[^>]*aria-label="Follow', page(client, "table"))
    assert len(follow) > 20
    for href in follow[::5]:
        assert client.get(unescape(href)).status_code == 200


def test_the_json_is_shown_and_copied_whole(client: TestClient) -> None:
    html = page(client, "json")
    copied = [unescape(one) for one in re.findall(r'data-copy="([^"]*)"', html)]
    assert json.loads(copied[0])["env_vars"]["GDAL_CACHEMAX"] == "2048"
    assert json.loads(copied[1])["bbox"] == [5.86, 47.27, 15.04, 55.06]
    assert copied[2] == '"extract-tiles-x7k2p"'


def test_forms_are_links_and_the_chosen_one_is_marked(client: TestClient) -> None:
    nav = page(client, "table").partition('class="segments forms"')[2].partition("</nav>")[0]
    assert words(nav).endswith("Tree Table JSON Diff to the last good run")
    assert re.findall(r'view=table" aria-current="page"', nav)


def test_without_fields_or_xcoms_every_form_says_why(client: TestClient) -> None:
    for view in ("table", "json"):
        told = words(page(client, view, "publish_stac"))
        assert "It never started (upstream failed), so Airflow rendered nothing for it." in told
        assert "there is nothing it could have pushed" in told


def test_who_got_or_gave_nothing_that_is_known_is_led_to_the_last_good_run(
    client: TestClient,
) -> None:
    html = page(client, "tree", "build_overviews")
    for words_of in ("What it got in the last good run", "What it gave in the last good run"):
        assert re.search(rf'view=diff">{words_of}</a>', html)
    assert "in the last good run</a>" not in page(client, "tree", "publish_stac")


def test_every_value_of_the_tree_has_a_button_that_copies_it(client: TestClient) -> None:
    html = page(client, "tree")
    copies = re.findall(r'data-copy="([^"]*)" aria-label="Copy ([^"]*)"', html)
    assert ("81230112", "stats") not in copies
    assert ("EPSG:3857", "crs") in copies
    assert ("2048", "env_vars.GDAL_CACHEMAX") in copies
    assert not [name for _, name in copies if name == "env_vars.AWS_TOKEN"]
