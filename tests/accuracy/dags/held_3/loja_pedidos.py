# -*- coding: utf-8 -*-
from datetime import datetime, timedelta
import os

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

CAMINHO = "/opt/airflow/dados"

args = {
    'owner': 'engenharia',
    'depends_on_past': False,
    'start_date': datetime(2022, 7, 1),
    'retries': 1,
    'retry_delay': timedelta(minutes=5)
}

dag = DAG(
    'loja_pedidos',
    default_args=args,
    description='Pedidos da loja virtual',
    schedule='@daily',
    catchup=False
)


# Extrai os pedidos da API
def extrair(**kwargs):
    pedidos = [{'id': 1, 'valor': 10.0}]
    kwargs['ti'].xcom_push(key='pedidos', value=pedidos)


# Limpa os pedidos
def limpar(**kwargs):
    ti = kwargs['ti']
    pedidos = ti.xcom_pull(key='pedidos', task_ids='extrair_pedidos')
    limpos = [p for p in pedidos if p['valor'] > 0]
    ti.xcom_push(key='pedidos_limpos', value=limpos)
    ti.xcom_push(key='descartados', value=len(pedidos) - len(limpos))


# Grava em parquet
def gravar(**kwargs):
    ti = kwargs['ti']
    limpos = ti.xcom_pull(key='pedidos_limpos', task_ids='limpar_pedidos')
    arquivo = os.path.join(CAMINHO, 'pedidos.parquet')
    print(f'{len(limpos)} pedidos em {arquivo}')
    return arquivo


def avisar(limite, **kwargs):
    descartados = kwargs['task_instance'].xcom_pull(task_ids='limpar_pedidos', key='descartados')
    arquivo = kwargs['task_instance'].xcom_pull(task_ids='gravar_pedidos')
    if descartados and descartados > limite:
        raise ValueError('muitos pedidos descartados: %s (%s)' % (descartados, arquivo))


t1 = PythonOperator(
    task_id='extrair_pedidos',
    python_callable=extrair,
    dag=dag
)

t2 = PythonOperator(
    task_id='limpar_pedidos',
    python_callable=limpar,
    dag=dag
)

t3 = PythonOperator(
    task_id='gravar_pedidos',
    python_callable=gravar,
    dag=dag
)

def resumo(arquivo, **kwargs):
    ti = kwargs['ti']
    antes = ti.xcom_pull(key='pedidos', task_ids='extrair_pedidos')
    depois = ti.xcom_pull(key='pedidos_limpos', task_ids='limpar_pedidos')
    return '%s: %d de %d' % (arquivo, len(depois), len(antes))


t7 = PythonOperator(
    task_id='resumo',
    python_callable=resumo,
    op_args=[t3.output],
    dag=dag
)

t4 = BashOperator(
    task_id='copiar_para_o_lago',
    bash_command="hdfs dfs -put -f {{ task_instance.xcom_pull(task_ids='gravar_pedidos') }} /lago/pedidos/",
    dag=dag
)

t5 = PythonOperator(
    task_id='avisar',
    python_callable=avisar,
    op_kwargs={'limite': 100},
    dag=dag
)

t6 = BashOperator(
    task_id='limpar_temporarios',
    bash_command="rm -f {{ task_instance.xcom_pull('gravar_pedidos') }}; "
                 "echo {{ task_instance.xcom_pull('limpar_pedidos', key='descartados') }}",
    trigger_rule='all_done',
    dag=dag
)

t1 >> t2 >> t3 >> [t4, t5, t7]
t6.set_upstream([t4, t5])
