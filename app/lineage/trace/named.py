"""Environment variables declared by name, whichever way they are written."""

from app.lineage.source.declaration import DeclaredField, Items, Members, Node, Unsaid, Words


def by_name(field: DeclaredField) -> Node:
    """The field's value; a list of V1EnvVar becomes members under the variables' names."""
    if field.name != "env_vars" or not isinstance(field.value, Items):
        return field.value
    if field.is_mapped:
        return Items(tuple(by_name(DeclaredField(field.name, one)) for one in field.value.items))
    members, is_open = [], False
    for item in field.value.items:
        parts = dict(item.members) if isinstance(item, Members) else {}
        name = parts.get("name")
        if isinstance(name, Words):
            members.append(
                (name.text, parts.get("value", parts.get("value_from", Unsaid("value"))))
            )
        else:
            is_open = True
    return Members(tuple(members), is_open=is_open)
