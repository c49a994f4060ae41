"""Settings: read once, from XCOMTRACE_* and xcomtrace.toml, wrong ones refused by name."""

from app.settings.access import refuse_open_address
from app.settings.deployments import each_deployment, only_deployment
from app.settings.fields import DeploymentTable, Settings, WebhookSettings
from app.settings.naming import variable
from app.settings.reading import described, read_settings

__all__ = [
    "DeploymentTable",
    "Settings",
    "WebhookSettings",
    "described",
    "each_deployment",
    "only_deployment",
    "read_settings",
    "refuse_open_address",
    "variable",
]
