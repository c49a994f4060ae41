"""A template with its mistake put right, ready to copy."""

import re


def with_task_id(template: str, wrong: str, right: str) -> str | None:
    """The template reading the right task; None when the wrong id does not stand in it."""
    return _quoted(template, wrong, right)


def with_step(template: str, wrong: str, right: str) -> str | None:
    """The template taking the right member, however it takes it: `['k']`, `.get('k')`, `.k`."""
    pattern = re.compile(rf"(\[\s*|\.get\(\s*)(['\"]){re.escape(wrong)}\2")
    corrected = pattern.sub(lambda found: f"{found[1]}{found[2]}{right}{found[2]}", template)
    if corrected != template:
        return corrected
    attribute = re.compile(rf"\.{re.escape(wrong)}\b(?!\s*\()")
    named = f".{right}" if right.isidentifier() else f"['{right}']"
    corrected = attribute.sub(lambda _: named, template)
    return corrected if corrected != template else None


def with_key(template: str, wrong: str, right: str) -> str | None:
    """The template reading the right XCom key."""
    return _quoted(template, wrong, right)


def as_path(template: str | None, task_id: str, key: str) -> str:
    """The template that takes a member of return_value instead of an XCom key."""
    if template is None:
        return f"{{{{ ti.xcom_pull(task_ids='{task_id}')['{key}'] }}}}"
    pattern = re.compile(rf",\s*key\s*=\s*(['\"]){re.escape(key)}\1\s*\)")
    corrected = pattern.sub(lambda _: f")['{key}']", template)
    if corrected != template:
        return corrected
    return f"{{{{ ti.xcom_pull(task_ids='{task_id}')['{key}'] }}}}"


def _quoted(template: str, wrong: str, right: str) -> str | None:
    corrected = template
    for quote in ("'", '"'):
        corrected = corrected.replace(f"{quote}{wrong}{quote}", f"{quote}{right}{quote}")
    return corrected if corrected != template else None
