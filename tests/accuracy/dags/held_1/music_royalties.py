"""Royalty statements for labels and artists"""
from datetime import datetime
from operator import itemgetter

from airflow.decorators import dag, task
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

STORES = [
    {'name': 'spotify', 'fmt': 'tsv', 'fee': .3},
    {'name': 'apple', 'fmt': 'txt', 'fee': .28},
    {'name': 'bandcamp', 'fmt': 'csv', 'fee': .15, 'direct': True},
]
BY_NAME = {s['name']: s for s in STORES}
NAMES = list(map(itemgetter('name'), STORES))
AGGREGATED = [s['name'] for s in STORES if not s.get('direct')]


def import_report(store, fmt):
    return {'store': store, 'plays': 10, 'file': f'{store}.{fmt}'}


def reconcile(ti, stores=None):
    plays = {s: (ti.xcom_pull(task_ids='import_' + s) or {}).get('plays') for s in stores}
    return plays


@dag('music_royalties', start_date=datetime(2024, 3, 1), schedule='@monthly', catchup=False)
def royalties():
    imports = {
        s['name']: PythonOperator(task_id='import_' + s['name'], python_callable=import_report, op_args=[s['name'], s['fmt']])
        for s in STORES
    }
    outputs = {n: op.output for n, op in imports.items()}

    rec = PythonOperator(task_id='reconcile', python_callable=reconcile, op_kwargs={'stores': AGGREGATED})
    rec << [imports[n] for n in AGGREGATED]

    @task
    def statement(report, fee, fx=None):
        return {'net': report['plays'] * (1 - fee), 'currency': 'EUR', 'fx': fx}

    @task
    def fx_rates():
        return {'USD': 1.1}

    fx = fx_rates()
    statements = {
        n: statement.override(task_id=f'statement_{n}')(outputs[n], BY_NAME[n]['fee'], **({'fx': fx} if n != 'bandcamp' else {}))
        for n in NAMES
    }

    ledger = {
        n: SQLExecuteQueryOperator(
            task_id='ledger_' + n,
            conn_id='royalty_db',
            sql='insert into ledger values (%(net)s, %(file)s)',
            parameters={
                'net': "{{ ti.xcom_pull(task_ids='statement_" + n + "')['net'] }}",
                'file': "{{ ti.xcom_pull(task_ids=%r)['file'] }}" % imports[n].task_id,
                'raw': statements[n],
            },
        )
        for n in NAMES[:2]
    }
    ledger['bandcamp'] = SQLExecuteQueryOperator(
        task_id='ledger_bandcamp', conn_id='royalty_db', sql='call direct(:p)', parameters={'p': statements['bandcamp']}
    )

    @task
    def pay(all_statements, by_store, ti=None):
        checked = ti.xcom_pull(task_ids='reconcile')
        first = ti.xcom_pull(task_ids=['statement_spotify', 'statement_apple'])[0]
        return len(all_statements), checked, first

    @task(task_id='audit')
    def audit_trail(pairs, **kw):
        ti = kw['ti']
        per_store = {name: ti.xcom_pull(task_ids=f"ledger_{name}") for name in NAMES}
        reports = list(map(lambda n: ti.xcom_pull(task_ids='import_%s' % n)['plays'], AGGREGATED))
        return pairs, per_store, reports

    audit_trail(list(zip(outputs.values(), statements.values())))

    pay(list(statements.values()), by_store=statements) << list(ledger.values())


royalties()
