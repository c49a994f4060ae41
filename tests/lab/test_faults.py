"""Pods that a cluster takes and that then fare badly."""

import pytest

from tests.lab.cluster import faults
from tests.lab.cluster.containers import Container
from tests.lab.cluster.status import Refusal


def test_without_the_right_exec_is_refused_by_the_authorizer() -> None:
    refusal = faults.EXEC["no-exec"]("a-pod", "no-exec")
    assert isinstance(refusal, Refusal)
    assert refusal.status()["code"] == 403
    assert 'cannot get resource "pods/exec" in API group ""' in refusal.message


def test_a_proxy_refuses_exec_in_its_own_words() -> None:
    denial = faults.EXEC["proxied"]("a-pod", "proxied")
    assert isinstance(denial, faults.Denial)
    assert (denial.code, denial.content_type) == (403, "text/html")
    assert "nginx" in denial.body


def test_a_node_that_is_not_reached_is_the_servers_fault() -> None:
    refusal = faults.EXEC["unreachable"]("a-pod", "unreachable")
    assert isinstance(refusal, Refusal)
    assert refusal.code == 500


@pytest.mark.parametrize(("container", "namespace"), [("base", "crashing"), (faults.SIDECAR, "ml")])
def test_only_the_sidecar_of_a_bad_namespace_crashes(container: str, namespace: str) -> None:
    assert not faults.crashes(container, namespace)


def test_a_crashed_container_neither_runs_nor_has_ended() -> None:
    container = Container(faults.SIDECAR, "alpine")
    container.crash("back-off 10s restarting failed container")
    assert not container.is_running
    assert not container.is_terminated
    status = container.status()
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert status["lastState"]["terminated"]["exitCode"] == 1


def test_only_an_own_registry_is_reached_from_an_airgapped_namespace() -> None:
    assert faults.cannot_pull("alpine:3.24.2", "airgapped")
    assert not faults.cannot_pull("registry.local/give:1.0", "airgapped")
    assert not faults.cannot_pull("alpine:3.24.2", "default")


def test_an_evicted_pod_says_so_in_its_status() -> None:
    eviction = faults.eviction("draining")
    assert eviction
    assert (eviction["phase"], eviction["reason"]) == ("Failed", "Evicted")
    assert faults.eviction("default") is None
