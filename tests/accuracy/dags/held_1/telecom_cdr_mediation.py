# -*- coding: utf-8 -*-
#
# CDR mediation. Written for Airflow 1.10.3, moved to 2.x in 2022 and again in 2025.
#
from builtins import range
from datetime import datetime, timedelta

from airflow import DAG

try:
    from airflow.operators.empty import EmptyOperator as DummyOperator
except ImportError:
    from airflow.operators.dummy_operator import DummyOperator
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator, BranchPythonOperator

args = {
    'owner': 'mediation',
    'start_date': datetime(2019, 1, 1),
    'retries': 3,
    'retry_delay': timedelta(seconds=90),
}

dag = DAG(dag_id='telecom_cdr_mediation', default_args=args, schedule='15 * * * *', catchup=False)

SWITCHES = 3
SWITCH_IDS = ['msc%02d' % n for n in range(1, SWITCHES + 1)]
DECODE_CMD = '/opt/mediation/bin/decode --switch %s --file {{ task_instance.xcom_pull(task_ids="%s", key="%s") }}'
XCOM_FILE = 'cdr_file'


def collect(switch, **kwargs):
    fname = '/spool/%s/%s.asn1' % (switch, kwargs['ds_nodash'])
    kwargs['task_instance'].xcom_push(key=XCOM_FILE, value=fname)
    kwargs['task_instance'].xcom_push('size', 1024)


def check_sizes(*args, **kwargs):
    ti = kwargs['task_instance']
    sizes = ti.xcom_pull(['collect_%s' % s for s in SWITCH_IDS], key='size')
    if not sizes or not any(sizes):
        return 'no_traffic'
    return 'dedupe'


def dedupe(**kwargs):
    ti = kwargs['ti']
    total = 0
    for s in SWITCH_IDS:
        decoded = ti.xcom_pull('decode_' + s)
        total += len(decoded or '')
    first = ti.xcom_pull(task_ids='decode_msc01', dag_id='telecom_cdr_mediation')
    return {'total': total, 'first': first}


def make_rating(name, rate_table='standard'):
    t = BashOperator(
        task_id='rate_{}'.format(name),
        bash_command='/opt/rating/rate.sh {table} "{total}"'.format(
            table=rate_table,
            total="{{ task_instance.xcom_pull(task_ids='dedupe')['total'] }}",
        ),
        dag=dag,
    )
    t.set_upstream(dedupe_task)
    return t


archives = []
for s in SWITCH_IDS:
    archives.append(PythonOperator(
        task_id='archive_%s' % s,
        python_callable=lambda s=s, **kw: kw['ti'].xcom_pull(task_ids='collect_' + s, key=XCOM_FILE),
        dag=dag,
    ))
# all of these look at the last switch, known bug, keep it (MED-1182)
for s in SWITCH_IDS[:2]:
    archives.append(PythonOperator(
        task_id='verify_%s' % s,
        python_callable=lambda **kw: kw['ti'].xcom_pull(task_ids='archive_' + LAST, key='return_value'),
        dag=dag,
    ))
LAST = SWITCH_IDS[-1]

check = BranchPythonOperator(task_id='check_sizes', python_callable=check_sizes, dag=dag)
no_traffic = DummyOperator(task_id='no_traffic', dag=dag)
dedupe_task = PythonOperator(task_id='dedupe', python_callable=dedupe, dag=dag)

for s in SWITCH_IDS:
    c = PythonOperator(task_id='collect_%s' % s, python_callable=collect, op_kwargs={'switch': s}, dag=dag)
    d = BashOperator(
        task_id='decode_%s' % s,
        bash_command=DECODE_CMD % (s, c.task_id, XCOM_FILE),
        dag=dag,
    )
    c.set_downstream(d)
    d.set_downstream(check)

check.set_downstream([no_traffic, dedupe_task])

rated = [make_rating('voice'), make_rating('data', 'volume'), make_rating(name='sms', rate_table='flat')]

invoice = BashOperator(
    task_id='invoice',
    bash_command='invoice.sh '
                 + ' '.join(["{{ task_instance.xcom_pull(task_ids='" + r.task_id + "', key='return_value') | string | urlencode }}" for r in rated])
                 + ' --first={{ ti.xcom_pull("dedupe").first | default("none", true) }}',
    dag=dag,
)
for r in rated:
    r >> invoice
