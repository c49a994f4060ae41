"""What the name of an operator's class tells."""

import re

# `GKEStartPodOperator`, `_KubernetesDecoratedOperator`, a company's own `SparkPod`; no podcast.
_OF_PODS = re.compile(r"[Kk]ubernetes|Pod(?![a-z])")


def runs_pods(operator: str) -> bool:
    """Whether tasks of this operator run as pods that may write return.json."""
    return _OF_PODS.search(operator) is not None
