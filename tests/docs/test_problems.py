import re

from app.lineage.explain.catalogue import CATALOGUE
from tests.docs.problems import PAGE, problems_page


def test_the_written_page_says_what_the_catalogue_says() -> None:
    assert PAGE.read_text() == problems_page(), "write it anew: python -m tests.docs --write"


def test_every_link_of_the_contents_has_its_place() -> None:
    text = problems_page()
    linked = re.findall(r"\]\(#(\w+)\)", text)
    assert linked == re.findall(r'<a id="(\w+)"></a>', text)
    assert len(linked) == sum(len(section.entries) for section in CATALOGUE)
