"""Daily order book of the bakery chain: collect, clean, bake plan, mail to the shops."""
import csv
import json
import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator

log = logging.getLogger(__name__)

default_args = {
    'owner': 'backstube',
    'depends_on_past': False,
    'email_on_failure': False,
    'retries': 1,
    'retry_delay': timedelta(minutes=3),
}


def fetch_orders(**kwargs):
    orders = [{'shop': 1, 'rolls': 200}, {'shop': 2, 'rolls': 140}]
    with open('/tmp/orders.json', 'w') as f:
        json.dump(orders, f)
    kwargs['ti'].xcom_push(key='order_file', value='/tmp/orders.json')
    kwargs['ti'].xcom_push(key='order_count', value=len(orders))


def clean_orders(**kwargs):
    ti = kwargs['ti']
    path = ti.xcom_pull(task_ids='fetch_orders', key='order_file')
    count = ti.xcom_pull(task_ids='fetch_orders', key='order_count')
    log.info('cleaning %s orders of %s', count, path)
    with open(path) as f:
        rows = [o for o in json.load(f) if o['rolls'] > 0]
    return rows


def plan_baking(ti):
    rows = ti.xcom_pull(task_ids='clean_orders')
    total = 0
    for row in rows:
        total += row['rolls']
    ti.xcom_push(key='total', value=total)
    return {'flour_kg': total * 0.06, 'ovens': total // 100 + 1}


def compare_with_yesterday(**kwargs):
    ti = kwargs['ti']
    today = ti.xcom_pull(task_ids='plan_baking')
    rows = ti.xcom_pull(task_ids='clean_orders')
    yesterday = ti.xcom_pull(task_ids='plan_baking', key='total', include_prior_dates=True)
    log.info('%s shops, %s ovens, %s rolls yesterday', len(rows), today['ovens'], yesterday)


def write_sheet(out_dir, **context):
    plan = context['ti'].xcom_pull(task_ids='plan_baking')
    total = context['ti'].xcom_pull(key='total', task_ids='plan_baking')
    target = f"{out_dir}/{context['ds']}.csv"
    with open(target, 'w') as f:
        w = csv.writer(f)
        w.writerow(['flour', plan['flour_kg']])
        w.writerow(['rolls', total])
    return target


with DAG(
    'bakery_orders',
    default_args=default_args,
    description='Order book',
    schedule='0 2 * * *',
    start_date=datetime(2024, 3, 1),
    catchup=False,
) as dag:

    start = EmptyOperator(task_id='start')
    t1 = PythonOperator(task_id='fetch_orders', python_callable=fetch_orders)
    t2 = PythonOperator(task_id='clean_orders', python_callable=clean_orders)
    t3 = PythonOperator(task_id='plan_baking', python_callable=plan_baking)
    t7 = PythonOperator(task_id='compare_with_yesterday', python_callable=compare_with_yesterday)
    t4 = PythonOperator(
        task_id='write_sheet',
        python_callable=write_sheet,
        op_kwargs={'out_dir': '/srv/sheets'},
    )
    t5 = BashOperator(
        task_id='print_sheet',
        bash_command='lp -d bakery1 {{ ti.xcom_pull(task_ids="write_sheet") }}',
    )
    t6 = BashOperator(
        task_id='order_flour',
        bash_command="python /opt/bakery/order_flour.py "
                     "--kg {{ ti.xcom_pull(task_ids='plan_baking')['flour_kg'] }} "
                     "--rolls {{ ti.xcom_pull(task_ids='plan_baking', key='total') }}",
    )
    end = EmptyOperator(task_id='end')

    start >> t1 >> t2 >> t3 >> t7 >> t4 >> [t5, t6] >> end
