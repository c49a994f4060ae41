from app.lineage.explain.remedies.proxy import no_proxy

INSIDE = "kubernetes.default.svc,.svc,.cluster.local"


def test_the_api_servers_host_is_named_where_the_log_names_it() -> None:
    texts = ("nothing", "HTTPSConnectionPool(host='api.k8s.example.com', port=6443): x")
    assert no_proxy(texts) == f"NO_PROXY=api.k8s.example.com,{INSIDE}"


def test_without_a_host_the_addresses_inside_a_cluster_are_named() -> None:
    assert no_proxy(("Handshake status 403 Forbidden",)) == f"NO_PROXY={INSIDE}"
