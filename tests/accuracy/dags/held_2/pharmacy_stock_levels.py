# -*- coding: utf-8 -*-
from datetime import datetime, timedelta
from textwrap import dedent

from airflow.models import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

DAG_ID = 'pharmacy_stock_levels'
THRESHOLD_KEY = 'threshold'
STOCK = 'get_stock'
ORDER = 'compute_order'

dag = DAG(
    DAG_ID,
    default_args={
        'owner': 'supply',
        'depends_on_past': False,
        'retries': 1,
        'retry_delay': timedelta(minutes=5),
    },
    schedule='45 18 * * 1-5',
    start_date=datetime(2022, 11, 1),
    catchup=False,
)


def get_stock(**kwargs):
    stock = {'paracetamol': 120, 'ibuprofen': 35}
    kwargs['ti'].xcom_push(key=THRESHOLD_KEY, value=50)
    return stock


def compute_order(**kwargs):
    ti = kwargs['ti']
    stock = ti.xcom_pull(task_ids=STOCK)
    threshold = ti.xcom_pull(task_ids=STOCK, key=THRESHOLD_KEY)
    lines = [(name, threshold * 2 - left) for name, left in stock.items() if left < threshold]
    return {'lines': lines, 'wholesaler': 'north', 'express': len(lines) > 10}


def confirm(order_no, **kwargs):
    order = kwargs['ti'].xcom_pull(task_ids=ORDER)
    print('%s: %d lines' % (order_no, len(order['lines'])))


def update_levels(stock, order, **kwargs):
    number = kwargs['ti'].xcom_pull(task_ids='place_order')
    for name, count in order['lines']:
        stock[name] += count
    print(number, stock)


t1 = PythonOperator(task_id=STOCK, python_callable=get_stock, dag=dag)

t2 = PythonOperator(task_id=ORDER, python_callable=compute_order, dag=dag)

t3 = BashOperator(
    task_id='place_order',
    bash_command=dedent(
        """\
        cat > /tmp/order.json <<'JSON'
        {{ ti.xcom_pull(task_ids='%(order)s')['lines'] | tojson }}
        JSON
        edi-send --to {{ ti.xcom_pull(task_ids='%(order)s')['wholesaler'] }} \
            {%% if ti.xcom_pull(task_ids='%(order)s')['express'] %%}--express{%% endif %%} /tmp/order.json
        """
    ) % {'order': ORDER},
    do_xcom_push=True,
    dag=dag,
)

t4 = SQLExecuteQueryOperator(
    task_id='save_order',
    conn_id='pharmacy',
    sql="INSERT INTO orders (day, number, wholesaler) VALUES ('{{ ds }}', "
        "'{{ ti.xcom_pull(task_ids='place_order') }}', '{{ ti.xcom_pull(task_ids='" + ORDER + "')['wholesaler'] }}')",
    dag=dag,
)

t5 = PythonOperator(
    task_id='confirm',
    python_callable=confirm,
    op_args=[t3.output],
    dag=dag,
)

t6 = PythonOperator(
    task_id='update_levels',
    python_callable=update_levels,
    op_kwargs={'stock': t1.output, 'order': t2.output},
    dag=dag,
)

t1.set_downstream(t2)
t2 >> t3 >> t4
t5 >> t6
