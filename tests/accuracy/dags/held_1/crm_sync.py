from __future__ import annotations

from typing import Any

import pendulum
from airflow.decorators import dag, task, task_group


@dag(
    dag_id="crm_sync",
    schedule="@hourly",
    start_date=pendulum.datetime(2024, 3, 1, tz="UTC"),
    catchup=False,
    tags=["crm", "salesforce", "hubspot"],
)
def crm_sync():
    """### CRM two-way sync

    Accounts and contacts; conflicts are decided by `last_modified`.
    """

    @task(multiple_outputs=True)
    def watermarks() -> dict[str, str]:
        return {"accounts": "2024-03-01", "contacts": "2024-03-02"}

    @task
    def changed(entity: str, since: str, source: str) -> dict[str, Any]:
        return {"entity": entity, "rows": [], "cursor": since, "source": source}

    @task
    def merge(left: dict, right: dict) -> dict:
        return {"upserts": left["rows"] + right["rows"], "cursor": max(left["cursor"], right["cursor"])}

    @task
    def push(target: str, payload: dict, dry_run: bool = False) -> int:
        return len(payload["upserts"])

    @task
    def store_watermark(entity: str, cursor: dict, counts: list[int]) -> None:
        print(entity, cursor["cursor"], sum(counts))

    @task_group
    def sync_entity(entity: str, since):
        sf = changed.override(task_id="changed_salesforce")(entity, since, source="salesforce")
        hs = changed.override(task_id="changed_hubspot")(entity, since, source="hubspot")
        merged = merge(sf, hs)

        @task_group(group_id="write")
        def write(payload):
            return [push.override(task_id=f"push_{t}")(t, payload) for t in ("salesforce", "hubspot")]

        counts = write(merged)
        store_watermark(entity, cursor=merged, counts=counts)
        return merged

    marks = watermarks()
    accounts = sync_entity.override(group_id="accounts")("account", marks["accounts"])
    contacts = sync_entity.override(group_id="contacts")(entity="contact", since=marks["contacts"])

    @task(trigger_rule="none_failed")
    def audit(accounts_result, **context):
        ti = context["ti"]
        contacts_result = ti.xcom_pull(task_ids="contacts.merge")
        pushed = ti.xcom_pull(task_ids="accounts.write.push_hubspot")
        mark = ti.xcom_pull(task_ids="watermarks", key="accounts")
        return accounts_result, contacts_result, pushed, mark

    @task
    def conflicts(pairs: list, strategies: dict, **context):
        ti = context["ti"]
        per_side = {}
        for group in ("accounts", "contacts"):
            for side in ("salesforce", "hubspot"):
                per_side[group, side] = ti.xcom_pull(task_ids=f"{group}.changed_{side}")
        return {k: v["rows"] for k, v in per_side.items()}

    contacts >> audit(accounts)
    found = conflicts([(accounts, contacts), (contacts, accounts)], strategies={"newest": marks["accounts"], "manual": {"by": marks["contacts"]}})

    @task(task_id="notify_sales")
    def notify(result, *, channel="#crm", **_):
        return channel, result

    notify(found, channel="#sales-ops")


crm_sync()
