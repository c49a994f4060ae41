# Weather model runs: download GRIB, cut out the domains, make plots. Old style: dag=dag, set_upstream.
import datetime as dt

from airflow import models
from airflow.providers.cncf.kubernetes.operators import pod as kpo

try:
    from airflow.providers.standard.operators import bash as bash_operator
except ImportError:
    from airflow.operators import bash as bash_operator

DOMAINS = ("iberia", "baltic", "aegean")
FIELDS = {
    "iberia": ["t2m", "tp"],
    "baltic": ["t2m", "siconc", "u10"],
    "aegean": ["swh"],
}
GRIB = "{{ task_instance.xcom_pull(task_ids='download_grib', key='return_value')"  # closed below

dag = models.DAG(
    dag_id="weather_grib",
    start_date=dt.datetime(2023, 11, 1),
    schedule="0 */6 * * *",
    catchup=False,
)

download = kpo.KubernetesPodOperator(
    task_id="download_grib",
    name="download",
    image="registry.local/wx/fetch:1",
    arguments=["--cycle", "{{ logical_date.strftime('%Y%m%d%H') }}"],
    do_xcom_push=True,
    dag=dag,
)

for domain in DOMAINS:
    env = {}
    env["GRIB"] = GRIB + "['file'] }}"
    env["CYCLE"] = GRIB + "['cycle'] }}"
    env["DOMAIN"] = domain
    cut = kpo.KubernetesPodOperator(
        task_id="cut_" + domain,
        name="cut-" + domain,
        image="registry.local/wx/cut:1",
        env_vars=env,
        do_xcom_push=True,
        dag=dag,
    )
    cut.set_upstream(download)

    for field in FIELDS[domain]:
        plot = kpo.KubernetesPodOperator(
            task_id=f"plot_{domain}_{field}",
            name=f"plot-{domain}-{field}",
            image="registry.local/wx/plot:1",
            cmds=["bash", "-c"],
            arguments=[
                "plot.py --field " + field + " --file {{ ti.xcom_pull('cut_" + domain + "')['fields']['" + field + "'] }}"
                " && cp out.png /plots/{{ ti.xcom_pull('download_grib').cycle }}/"
            ],
            dag=dag,
        )
        plot.set_upstream(cut)
        if field == "t2m":
            warn = bash_operator.BashOperator(
                task_id="frost_%s" % domain,
                bash_command="frost {}".format("{{ ti.xcom_pull('cut_" + domain + "')['tmin'] }}"),
                dag=dag,
            )
            warn.set_upstream(plot)

summary = bash_operator.BashOperator(
    task_id="summary",
    bash_command="\n".join(
        "echo %s {{ ti.xcom_pull(task_ids='cut_%s')['bytes'] }}" % (d, d) for d in DOMAINS if len(FIELDS[d]) > 1
    ),
    dag=dag,
)
for domain in DOMAINS:
    dag.set_dependency("cut_" + domain, "summary")
