"""Ocean buoys.

Reads the positions of the fleet from another DAG, checks the waves and warns.
The thresholds task is configured by whoever triggers the run.

unresolvable: warn_custom.bash_command
"""
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.external_task import ExternalTaskSensor


def get_waves(**kwargs):
    ti = kwargs['ti']
    fleet = ti.xcom_pull(dag_id='buoy_fleet', task_ids='positions', include_prior_dates=True)
    heights = [1.0 for _ in fleet]
    return heights


def get_wind(**kwargs):
    ti = kwargs['ti']
    fleet = ti.xcom_pull(dag_id='buoy_fleet', task_ids='positions', include_prior_dates=True)
    return {'max': 17.2, 'n': len(fleet)}


def combine(**kwargs):
    ti = kwargs['ti']
    waves, wind = ti.xcom_pull(task_ids=['get_waves', 'get_wind'])
    level = 'red' if max(waves) > 4 or wind['max'] > 25 else 'green'
    ti.xcom_push(key='level', value=level)
    ti.xcom_push(key='text', value=f'{level}: {max(waves)} m')


def store(**kwargs):
    level = kwargs['ti'].xcom_pull(key='level', task_ids='combine')
    text = kwargs['ti'].xcom_pull(key='text', task_ids='combine')
    print(level, text)
    return True


with DAG(
    dag_id='ocean_buoys',
    start_date=datetime(2023, 10, 1),
    schedule=timedelta(hours=3),
    catchup=False,
    default_args={'owner': 'hydro', 'retries': 2},
) as dag:

    wait_fleet = ExternalTaskSensor(
        task_id='wait_fleet',
        external_dag_id='buoy_fleet',
        external_task_id='positions',
        timeout=600,
    )
    t_waves = PythonOperator(task_id='get_waves', python_callable=get_waves)
    t_wind = PythonOperator(task_id='get_wind', python_callable=get_wind)
    t_combine = PythonOperator(task_id='combine', python_callable=combine)
    t_store = PythonOperator(task_id='store', python_callable=store)

    plot = BashOperator(
        task_id='plot',
        bash_command="plot.py --wind {{ ti.xcom_pull(task_ids='get_wind')['max'] }}"
                     " --first {{ ti.xcom_pull(task_ids=['get_waves', 'get_wind'])[0][0] }}",
    )
    warn = BashOperator(
        task_id='warn',
        bash_command="""
        {% if ti.xcom_pull(task_ids='combine', key='level') == 'red' %}
        warn --text "{{ ti.xcom_pull(task_ids='combine', key='text') }}"
        {% else %}
        echo calm
        {% endif %}
        """,
    )
    warn_custom = BashOperator(
        task_id='warn_custom',
        bash_command="warn --max {{ ti.xcom_pull(task_ids=dag_run.conf['threshold_task']) }}",
    )

    wait_fleet >> [t_waves, t_wind] >> t_combine >> [t_store, plot, warn, warn_custom]
