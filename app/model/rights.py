"""What a reader of ours may see: DAGs, by deployment."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

ANY = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """DAGs of the deployments whose names fit a pattern; by their ids, and by patterns.

    Patterns are those of a shell, in which capitals count.
    """

    deployment: str
    dags: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Every DAG, whatever it is called, and what is said of the deployment as a whole."""
        return ANY in self.patterns

    def is_for(self, deployment: str) -> bool:
        return bool(self.dags or self.patterns) and fnmatchcase(deployment, self.deployment)

    def has(self, dag_id: str) -> bool:
        return dag_id in self.dags or any(fnmatchcase(dag_id, one) for one in self.patterns)


@dataclass(frozen=True)
class Rights:
    """All that one reader may see; what no grant names, they may not."""

    grants: tuple[Grant, ...] = ()

    @cached_property
    def is_everything(self) -> bool:
        """All that is stored, of deployments to come too."""
        return any(one.deployment == ANY and one.is_whole for one in self.grants)

    def may_read(self, deployment: str, dag_id: str) -> bool:
        """Whether the reader may see this DAG; with an empty `dag_id`: anything of the deployment.

        Who may see any DAG of it sees that the deployment is there and how far it is mirrored.
        """
        return any(
            one.is_for(deployment) and (not dag_id or one.has(dag_id)) for one in self.grants
        )

    def may_read_all_of(self, deployment: str) -> bool:
        return any(one.is_for(deployment) and one.is_whole for one in self.grants)

    @cached_property
    def mark(self) -> str:
        """The same text for the same rights."""
        return repr(sorted((one.deployment, sorted(one.dags), one.patterns) for one in self.grants))


EVERYTHING = Rights((Grant(ANY, patterns=(ANY,)),))
NOTHING = Rights()
