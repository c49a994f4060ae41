"""Customs declarations of a shipping line.

How data moves here, e.g. ``{{ ti.xcom_pull(task_ids='manifest')['containers'] }}`` in a pod's arguments
or ``ti.xcom_pull(task_ids="tariff")`` in a callable, is described in the runbook. Neither is a pull of this file.
"""

from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

PORT = "rotterdam"
HELP = "{{ ti.xcom_pull(task_ids='help_only')['text'] }}"

# arguments=["{{ ti.xcom_pull('manifest_v1')['path'] }}"]
# task_ids used to be computed: f"{{{{ ti.xcom_pull('{PORT}_manifest') }}}}"


def declare(ti, office):
    """Declares the goods.

    >>> ti.xcom_pull(task_ids="doctest_only")
    """
    goods = ti.xcom_pull(task_ids="classify_goods")
    # old = ti.xcom_pull(task_ids="classify_goods_old")
    message = "see ti.xcom_pull(task_ids='in_a_string') for more"
    print(message, office)
    return goods["codes"]


def unused(ti):
    return ti.xcom_pull(task_ids="never_a_task")


def xcom_pull(task_ids):
    """Our own function of that name: reads the archive, not Airflow."""
    return {"archive": task_ids}


ARCHIVED = xcom_pull(task_ids="manifest")

with DAG(
    "shipping_customs",
    description="pulls {{ ti.xcom_pull('manifest') }} and files it",
    start_date=datetime(2024, 1, 1),
    schedule="@daily",
    catchup=False,
    doc_md=__doc__,
) as dag:
    manifest = KubernetesPodOperator(
        task_id="manifest",
        name="manifest",
        image="registry.local/customs:2",
        arguments=["manifest", PORT],
        do_xcom_push=True,
    )
    manifest.doc_md = "Its return value is read as `{{ ti.xcom_pull('manifest')['containers'] }}`."

    classify = KubernetesPodOperator(
        task_id="classify_goods",
        name="classify",
        image="registry.local/customs:2",
        # .format() halves the braces, so this argument is handed on as it stands
        arguments=["--in={{ ti.xcom_pull(task_ids='manifest')['{}'] }}".format("containers")],
        env_vars={
            "PORT": PORT,
            "BRACES": "{{{{ ti.xcom_pull(task_ids='manifest')['{}'] }}}}".format("vessel"),
            "SINGLE": "{ ti.xcom_pull(task_ids='manifest')['imo'] }",
            "TEXT": "{{ 'ti.xcom_pull(\"manifest\")' }}",
        },
        # not template fields
        service_account_name="{{ ti.xcom_pull('manifest')['account'] }}",
        pod_runtime_info_envs=None,
        doc_md="{{ ti.xcom_pull(task_ids='manifest')['doc'] }}",
        do_xcom_push=True,
    )
    declaration = PythonOperator(
        task_id="declare",
        python_callable=declare,
        op_kwargs={"office": "{{ ti.xcom_pull(task_ids='manifest')['office'] }}"},
        doc=f"After {HELP}",
    )
    fees = BashOperator(
        task_id="fees",
        bash_command=(
            "# {{ ti.xcom_pull('declare') }} in a shell comment is rendered all the same\n"
            "fees --codes '{{ ti.xcom_pull(task_ids='declare') | join(\",\") }}' "
            "--note 'ti.xcom_pull(task_ids=\"manifest\")' "
            "{#- --old {{ ti.xcom_pull(task_ids='fees_old') }} -#}"
            "--eta {{ macros.ds_add(ds, ti.xcom_pull(task_ids='manifest').eta_days) }}"
        ),
        cwd="/srv/{{ ti.xcom_pull('manifest')['voyage'] }}",
        pool="default_pool",
        task_display_name="Fees of ti.xcom_pull('manifest')",
    )
    manifest >> classify >> declaration >> fees
