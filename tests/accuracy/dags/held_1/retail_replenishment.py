# My first real DAG :)  Replenishment orders for the shops
# based on the tutorial + what Marek showed me
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.operators.bash import BashOperator
from datetime import datetime, timedelta
import json
import random
import time

default_args = {
    'owner': 'julia',
    'depends_on_past': False,
    'email_on_failure': False,
    'retries': 1,
    'retry_delay': timedelta(minutes=5),
}


def get_stock_levels(**kwargs):
    # fake data for now
    stock = [{'shop': 1, 'sku': 'A1', 'qty': 3}, {'shop': 2, 'sku': 'A1', 'qty': 17}]
    kwargs['ti'].xcom_push(key='stock', value=stock)
    kwargs['ti'].xcom_push(key='shop_count', value=2)
    return len(stock)


def get_sales(**kwargs):
    sales = {'A1': 12, 'B2': 1}
    return sales


def get_suppliers():
    return [{'id': 9, 'email': 'orders@supplier.example'}]


def compute_order(**kwargs):
    ti = kwargs['ti']
    stock = ti.xcom_pull(key='stock', task_ids='get_stock_levels')
    sales = ti.xcom_pull(task_ids='get_sales')
    # sales = ti.xcom_pull(task_ids='get_sales_v1')
    # suppliers = ti.xcom_pull(task_ids='get_supplierz')
    order = []
    for s in stock:
        wanted = sales.get(s['sku'], 0) * 2
        if s['qty'] < wanted:
            order.append({'sku': s['sku'], 'qty': wanted - s['qty']})
    print(order)
    return {'lines': order, 'created': str(datetime.now()), 'total': sum(o['qty'] for o in order)}


def check_order(ti):
    order = ti.xcom_pull(task_ids='compute_order')
    n = ti.xcom_pull(task_ids='get_stock_levels', key='shop_count')
    if order['total'] > 1000 * n:
        raise ValueError('too much!!')
    return 'ok'


def check_order_copy(ti):
    # copy of check_order for the weekend, Marek says refactor later
    order2 = ti.xcom_pull(task_ids='compute_order')
    sales2 = ti.xcom_pull(task_ids='get_sales')
    if not sales2:
        suppliers2 = ti.xcom_pull(task_ids='get_suppliers')
        return suppliers2[0]['email']
    return order2['lines']


def send_order(**context):
    """
    Sends the order.

    How I got the order before (did not work):
        order = context['ti'].xcom_pull(task_ids='send_order_old')
    """
    order = context['ti'].xcom_pull(task_ids='compute_order')
    suppliers = context['task_instance'].xcom_pull(task_ids='get_suppliers')
    for supplier in suppliers:
        print('send to', supplier['email'], json.dumps(order))
    time.sleep(random.randint(1, 2))


with DAG(
    'retail_replenishment',
    default_args=default_args,
    description='Replenishment for shops',
    schedule='0 5 * * *',
    start_date=datetime(2023, 3, 1),
    catchup=False,
    tags=['retail', 'julia'],
) as dag:

    t1 = PythonOperator(
        task_id='get_stock_levels',
        python_callable=get_stock_levels,
    )

    t2 = PythonOperator(
        task_id='get_sales',
        python_callable=get_sales,
    )

    t3 = PythonOperator(
        task_id='get_suppliers',
        python_callable=get_suppliers,
    )

    t4 = PythonOperator(
        task_id='compute_order',
        python_callable=compute_order,
    )

    t5 = PythonOperator(
        task_id='check_order',
        python_callable=check_order,
    )

    t6 = PythonOperator(
        task_id='send_order',
        python_callable=send_order,
    )

    t5b = PythonOperator(
        task_id='check_order_weekend',
        python_callable=check_order_copy,
    )
    t4 >> t5b

    t7 = BashOperator(
        task_id='archive',
        bash_command="echo '{{ ti.xcom_pull(task_ids=\"compute_order\")[\"created\"] }}' >> /tmp/orders.log "
                     "# {{ ti.xcom_pull(task_ids='check_order') }}",
    )

    [t1, t2, t3] >> t4 >> t5 >> t6 >> t7
