"""The Airflows that settings name, each with settings of its own."""

from app.model.errors import SettingsError
from app.settings.fields import Settings


def each_deployment(settings: Settings) -> tuple[Settings, ...]:
    """The settings of each Airflow by itself: as for all, but for what its table says."""
    if not settings.deployments:
        return (settings,)
    return tuple(
        settings.model_copy(update={**table.given, "deployment": name, "deployments": {}})
        for name, table in settings.deployments.items()
    )


def only_deployment(settings: Settings, name: str | None = None) -> Settings:
    """The settings of the deployment of that name; without one, of the only one.

    Raises SettingsError when there is none of that name, or several and none is named.
    """
    each = each_deployment(settings)
    found = [one for one in each if name in (None, one.deployment)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.deployment for one in each)
    if name is None:
        raise SettingsError(f"say which deployment: {names}")
    raise SettingsError(f"there is no deployment {name}: {names}")
