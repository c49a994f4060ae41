"""A template's pulls in short: `dag/a:key['k'][0] |tojson`, as tests read them best."""

from app.lineage.mentions.mention import Mention
from app.lineage.template.holes import shown


def short(one: Mention) -> str:
    """`*` stands for no task_ids, `[a, b]` for a list of which none is picked, `?` for what the
    template does not tell, `a:` for any key; operations stand behind a blank.
    """
    dag = f"{shown(one.dag_id)}/" if one.dag_id else ""
    ids = "*" if one.task_ids is None else ", ".join(map(shown, one.task_ids))
    ids = f"[{ids}]" if one.several else ids
    key = "" if one.key == "return_value" else f":{shown(one.key)}"
    path = "".join(f"[{shown(step) if isinstance(step, str) else step!r}]" for step in one.path)
    operations = f" {''.join(one.operations)}" if one.operations else ""
    prior = " prior" if one.prior else ""
    unknown = f" ?{', '.join(map(shown, one.unknown))}" if one.unknown else ""
    return f"{dag}{ids}{key}{path}{operations}{prior}{unknown}"
