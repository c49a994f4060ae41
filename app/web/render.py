"""The only file that knows Jinja: a frozen page and a template in, an HTML answer out."""

from dataclasses import fields
from typing import Any, ClassVar, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import Response

from app.web import links, text
from app.web.assets import STATIC, TEMPLATES, static_version


class Page(Protocol):
    """Any frozen dataclass: its fields are the names its template may use."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class Renderer:
    """Templates of the checkout or the installed package, and the static files' version."""

    def __init__(self) -> None:
        self.static_version = static_version(STATIC)
        self.environment = _environment(self.static_version)

    def page(self, template: str, page: Page, *, status: int = 200) -> Response:
        """The template with exactly the page's fields as its names."""
        names = {field.name: getattr(page, field.name) for field in fields(page)}
        html = self.environment.get_template(template).render(names)
        # A lone surrogate is legal in JSON and so in values; UTF-8 has no bytes for it.
        body = html.encode("utf-8", errors="backslashreplace")
        return Response(body, status, media_type="text/html; charset=utf-8")


def _environment(version: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    names: dict[str, Any] = {
        "links": links,
        "state_look": text.state_look,
        "static": lambda path: links.static(version, path),
    }
    environment.globals.update(names)
    return environment
