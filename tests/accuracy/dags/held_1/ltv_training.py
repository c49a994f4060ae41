"""
LTV model training

notebook port by data science (ana), 2024-05 -- cells kept in order
"""
# %% imports
from datetime import datetime
from airflow import DAG
from airflow.decorators import task
from airflow.operators.python import PythonOperator
from airflow.operators.bash import BashOperator

# %% params
FEATURES = ['recency', 'frequency', 'monetary']
dag = DAG('ltv_training', start_date=datetime(2024, 5, 1), schedule='@weekly', catchup=False)

# %% pull the raw transactions
def load_tx(days):
    import pandas as pd
    df = pd.DataFrame({'customer': [1, 2], 'amount': [10.0, 20.0]})
    return {'path': '/mnt/ds/tx.parquet', 'rows': len(df), 'days': days}

tx = PythonOperator(task_id='load_tx', python_callable=load_tx, op_args=[365], dag=dag)
tx_out = tx.output

# %% features -- one task per feature
def make_feature(name, meta, rows=None):
    return f"{meta['path']}.{name}"

feature_tasks = []
for f in FEATURES:
    feature_tasks.append(PythonOperator(task_id='feat_' + f, python_callable=make_feature, op_args=[f, tx_out], dag=dag))

# %% join
@task(dag=dag)
def join(paths, base):
    return {'train': '/mnt/ds/train.parquet', 'test': '/mnt/ds/test.parquet', 'n': len(paths)}

joined = join([t.output for t in feature_tasks], base=tx_out)

# %% grid
GRID = [(d, lr) for d in (4, 8) for lr in (0.1, 0.01)]

@task(dag=dag)
def fit(data, depth, lr):
    return {'auc': 0.7 + depth / 100, 'depth': depth, 'lr': lr}

fits = []
for i, (depth, lr) in enumerate(GRID):
    fits.append(fit.override(task_id=f'fit_{i}')(joined, depth, lr=lr))

# %% best
@task(dag=dag, multiple_outputs=True)
def pick(results):
    best = max(results, key=lambda r: r['auc'])
    return {'best': best, 'score': best['auc'], 'all': results}

best = pick(fits)

# %% save
def save_model(best, score, ti=None, **kw):
    test = ti.xcom_pull(task_ids='join')['test']
    n = ti.xcom_pull(task_ids='load_tx')
    print(best, score, test, n['rows'])
    return 'models:/ltv/' + str(best['depth'])

save = PythonOperator(
    task_id='save_model',
    python_callable=save_model,
    op_kwargs={'best': best['best'], 'score': best['score']},
    dag=dag,
)

# %% deploy
deploy = BashOperator(
    task_id='deploy',
    bash_command=f"deploy-model --uri {save.output} --score {best['score']}",
    dag=dag,
)
# %% monitoring: drift of every feature, and what the model said
@task.short_circuit(dag=dag)
def drifted(features, baseline=None):
    return any(features)

@task(dag=dag, retries=2)
def report(features, scores, meta, **context):
    ti = context['ti']
    grid = [ti.xcom_pull(task_ids=f'fit_{i}') for i in range(len(GRID))]
    base = ti.xcom_pull(task_ids='feat_' + FEATURES[-1])
    return len(grid), base, scores

by_name = {name: t.output for name, t in zip(FEATURES, feature_tasks)}
gate = drifted(by_name, baseline=by_name['recency'])
rep = report(by_name, scores={k: best[k] for k in ('score', 'all')}, meta=[joined, tx_out, *fits[:1]])
gate >> rep
# plot = BashOperator(task_id='plot', bash_command=f"plot {best['all']}", dag=dag)
