"""Enrolment export for the ministry. (student assistant project, winter term)

unresolvable: call_api.op_kwargs.endpoint
"""
from datetime import datetime

from airflow.decorators import dag, task
from airflow.models import Variable
from airflow.operators.python import PythonOperator, get_current_context

try:
    API_TASK = Variable.get("ministry_task", default_var="choose_api")
except Exception:
    API_TASK = "choose_api"


@dag(start_date=datetime(2023, 10, 1), schedule='@weekly', catchup=False)
def student_enrolment():

    @task()
    def read_students():
        return [{'id': 1, 'faculty': 'law'}, {'id': 2, 'faculty': 'cs'}]

    @task()
    def read_faculties() -> dict:
        return {'law': 'LW', 'cs': 'CS'}

    @task()
    def join_students(students, faculties):
        for s in students:
            s['code'] = faculties[s['faculty']]
        return students

    @task()
    def count(students):
        return len(students)

    @task()
    def choose_api():
        return {'test': 'http://test', 'prod': 'http://prod'}

    @task(task_id='validate')
    def validate_students(students, expected, strict=True):
        context = get_current_context()
        faculties = context['ti'].xcom_pull(task_ids='read_faculties')
        assert len(students) == expected or not strict
        return all(s['code'] in faculties.values() for s in students)

    def call_api(valid, endpoint, ti):
        # TODO remove: ti.xcom_pull(task_ids='validate_old')
        students = ti.xcom_pull(task_ids='join_students')
        n = ti.xcom_pull(task_ids='count')
        note = "students = ti.xcom_pull(task_ids='read_from_note')"
        print(valid, endpoint, len(students) == n, note)
        return 'ok'

    s = read_students()
    f = read_faculties()
    joined = join_students(s, f)
    joined2 = join_students(joined, faculties=f)  # becomes join_students__1
    c = count(students=joined2)
    ok = validate_students(joined2, c)
    not_strict = validate_students(joined, expected=c, strict=False)

    call = PythonOperator(
        task_id='call_api',
        python_callable=call_api,
        op_kwargs={
            'valid': [ok, not_strict],
            'endpoint': "{{ ti.xcom_pull(task_ids='" + API_TASK + "')['prod'] }}",
        },
    )

    @task
    def confirm(**kwargs):
        ti = kwargs['ti']
        if ti.xcom_pull(task_ids='validate') and ti.xcom_pull(task_ids='validate__1'):
            print(ti.xcom_pull(task_ids='call_api'))

    faculties_done = []
    for faculty in ['law', 'cs', 'arts']:
        @task(task_id=f'letter_{faculty}')
        def letter(students, codes, name=faculty, ti=None):
            all_students = ti.xcom_pull(task_ids='read_students')
            ministry = ti.xcom_pull(task_ids='call_api')
            return name, len(all_students), ministry

        faculties_done.append(letter(joined2, f))

    @task
    def finish(letters, total):
        print(letters, total)

    call >> faculties_done
    finish(faculties_done, total=c)

    [choose_api(), ok, not_strict] >> call >> confirm()


student_dag = student_enrolment()
