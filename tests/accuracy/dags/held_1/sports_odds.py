# Odds feed -> margin -> publish.   (c) trading team
from datetime import datetime
from functools import reduce
from airflow.models import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

OPEN, CLOSE = '{{ ', ' }}'
TI = 'ti.xcom_pull'
FEED = "{{ ti.xcom_pull(task_ids='feed')"          # closed by the user of it
EVENT = FEED + "['event']"
MARGIN = OPEN + TI + "(task_ids='margin', key='%s')"
SPORTS = 'football tennis basketball'.split()
BOOKS = ','.join(['pinnacle', 'betfair']).split(',')
ARGV = ['--book', None, '--event', EVENT + '["id"]' + CLOSE]


def feed(**kw):
    return {'event': {'id': 1, 'home': 'A', 'away': 'B'}, 'ts': 0}


def margin(sport_list, ti, **kw):
    ev = ti.xcom_pull(task_ids='feed')['event']
    for s in sport_list:
        ti.xcom_push(key=s, value={'pct': .05, 'ev': ev})


def settle(book, ti):
    prices = ti.xcom_pull(task_ids='price_' + book, key='return_value')
    margins = [ti.xcom_pull(task_ids='margin', key=s) for s in ('football', 'tennis')]
    return prices, margins


with DAG('sports_odds', start_date=datetime(2024, 8, 10), schedule='*/5 * * * *', catchup=False, max_active_runs=1) as dag:
    feed_t = PythonOperator(task_id='feed', python_callable=feed)
    margin_t = PythonOperator(task_id='margin', python_callable=margin, op_args=[SPORTS])

    prices = []
    for book in BOOKS:
        argv = ARGV[:]
        argv[1] = book
        argv[3:3] = ['--home', f'{EVENT}.home{CLOSE}']
        argv += [f'--{s}=' + (MARGIN % s) + "['pct']" + CLOSE for s in SPORTS if not s.startswith('b')]
        prices.append(KubernetesPodOperator(
            task_id='price_' + book, name='price-' + book, namespace='odds', image='odds/price:latest',
            arguments=argv,
            env_vars={
                'AWAY': ''.join([EVENT, "['away']", CLOSE]),
                'TS': FEED + '.ts }}',
                'BASKET': (MARGIN % SPORTS[-1]).rstrip() + '["pct"] | float * 100' + CLOSE,
            },
            do_xcom_push=True,
        ))
        prices[-1] << [feed_t, margin_t]

    settled = [PythonOperator(task_id=f'settle_{b}', python_callable=settle, op_args=(b,)) for b in BOOKS]
    for p, s in zip(prices, settled):
        p >> s

    template = 'publish --books {books} --first "{first}" --teams "{home} v {away}"'
    publish = BashOperator(
        task_id='publish',
        bash_command=template.format(
            books='+'.join(b.upper() for b in BOOKS),
            first=settled[0].output,
            home=FEED + "['event']['home'] }}",
            **{'away': FEED + ".get('event').get('away') }}"},
        ).replace('  ', ' '),
    )
    monitor = BashOperator(
        task_id='monitor',
        bash_command=(
            'monitor '
            "{{ ti.xcom_pull(task_ids='feed')"
            "['ts'] }}"
            ' --lag {{ ti.xcom_pull(task_ids="publish") '
            '| default(0) | int }}'
        ),
    )
    report_fields = [('home', 'event.home'), ('away', 'event.away'), ('when', 'ts')]
    report = BashOperator(
        task_id='report',
        bash_command=reduce(lambda text, field: text + ' --' + field[0] + '={{ (' + TI + "('feed')." + field[1] + ') }}', report_fields, 'report'),
        env=dict(map(lambda s: (s[:4].upper(), (MARGIN % s) + '.pct' + CLOSE), SPORTS[::2])),
    )
    monitor >> report
    settled >> publish >> monitor
