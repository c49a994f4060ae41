"""Searches from the command line, as JSON."""

import json

from app import searching
from app.model.findings import Analysis
from app.query.parsing import parse
from app.searching_json import answer, as_json
from app.store.session import Store
from tests.build import START, keep, make_facts, make_flow


def test_json_is_what_the_api_answers(store: Store) -> None:
    keep(store, make_facts(), Analysis((make_flow(),)))
    what = searching.found(store, parse("path:key1", now=START), most=10)
    told = json.loads(as_json(answer(store, "path:key1", what)))
    assert (told["query"], told["older"], told["ran_out"]) == ("path:key1", None, False)
    (one,) = told["results"]
    assert (one["value"], one["address"]) == ("alpha", "key1")
    assert [consumer["field"] for consumer in one["consumers"]] == ["arguments[0]"]
