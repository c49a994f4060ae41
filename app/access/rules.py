"""Rules of our own on who may see which DAGs, where Airflow cannot be asked about a reader."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.model.rights import Grant, Rights


@dataclass(frozen=True, slots=True)
class Rule:
    """Readers by name or group, and what they may see; all are patterns as in a shell."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ("*",)
    dags: tuple[str, ...] = ("*",)

    def is_for(self, user: str, groups: Collection[str]) -> bool:
        # Names of users are mail addresses mostly, which nobody writes in the same case each time.
        return _fits([user.casefold()], [one.casefold() for one in self.users]) or _fits(
            groups, self.groups
        )

    @property
    def grants(self) -> tuple[Grant, ...]:
        return tuple(Grant(one, patterns=self.dags) for one in self.deployments)


def rights_by(rules: Iterable[Rule], user: str, groups: Collection[str]) -> Rights:
    """What all the rules together allow that are for this reader."""
    return Rights(
        tuple(grant for rule in rules if rule.is_for(user, groups) for grant in rule.grants)
    )


def _fits(names: Collection[str], patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
