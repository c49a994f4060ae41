"""Digitised objects: images, OCR, catalogue entries."""
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator


def slack(message, task="summary"):
    def callback(context):
        total = context["ti"].xcom_pull(task_ids=task)
        print(message.format(total=total, task=context["ti"].task_id))

    return callback


def on_success(context):
    url = context["ti"].xcom_pull(key="viewer_url", task_ids="catalogue")
    print("viewer", url)


class Catalogue:
    """Writes entries. One instance per collection, its methods are the callables."""

    source_task = "ocr"

    def __init__(self, collection, language="de"):
        self.collection = collection
        self.language = language

    def __call__(self, ti, **kwargs):
        return ti.xcom_pull(task_ids="scan_" + self.collection)

    def entries(self, ti, **_):
        text = self._text(ti)
        images = ti.xcom_pull(task_ids=f"scan_{self.collection}", key="images")
        ti.xcom_push(key="viewer_url", value=f"https://museum.example/{self.collection}")
        return [(i, text) for i in images]

    def _text(self, ti):
        return ti.xcom_pull(task_ids=self.source_task)[self.language]

    @classmethod
    def count(cls, ti, language=None):
        return len(ti.xcom_pull(task_ids=cls.source_task))

    @staticmethod
    def ocr(languages, ti):
        scans = ti.xcom_pull(task_ids=["scan_maps", "scan_letters"], key="images")
        return {lang: scans for lang in languages}


def scan(ti, folder):
    ti.xcom_push("images", [folder + "/1.tif"])
    return folder


maps, letters = Catalogue("maps"), Catalogue("letters", language="la")

dag = DAG(
    "museum_digitisation",
    start_date=datetime(2024, 2, 1),
    schedule=None,
    catchup=False,
    default_args={"on_failure_callback": slack("{task} failed after {total}")},
)

with dag:
    scans = [
        PythonOperator(task_id=f"scan_{c.collection}", python_callable=scan, op_kwargs={"folder": f"/scans/{c.collection}"})
        for c in (maps, letters)
    ]
    ocr = PythonOperator(task_id="ocr", python_callable=Catalogue.ocr, op_kwargs={"languages": ["de", "la"]})
    catalogue = PythonOperator(task_id="catalogue", python_callable=maps.entries, on_success_callback=on_success)
    catalogue_letters = PythonOperator(task_id="catalogue_letters", python_callable=letters.entries)
    folder = PythonOperator(task_id="folder", python_callable=letters)
    summary = PythonOperator(task_id="summary", python_callable=Catalogue.count)
    pick = BranchPythonOperator(
        task_id="pick",
        python_callable=lambda ti: "thumbs" if ti.xcom_pull(task_ids="summary") > 1 else "nothing",
    )
    thumbs = BashOperator(
        task_id="thumbs",
        bash_command="thumbs {{ ti.xcom_pull(task_ids='folder') }} {{ ti.xcom_pull(task_ids='catalogue', key='viewer_url') }}",
        on_failure_callback=[slack("no thumbs ({total})", task="catalogue_letters"), on_success],
    )
    nothing = BashOperator(task_id="nothing", bash_command=f"echo {summary.output}")
    # the curators' wishes come last
    thumbs.bash_command += " --caption {{ ti.xcom_pull(task_ids='ocr')['la'] }}"
    nothing.env = {"FOLDER": "{{ ti.xcom_pull(task_ids='folder') }}"}
    catalogue.op_kwargs.update(scans=[s.output for s in scans])
    summary.op_kwargs["language"] = "{{ ti.xcom_pull(task_ids='scan_letters', key='images')[0] }}"
    scans >> ocr >> [catalogue, catalogue_letters] >> summary >> pick >> [thumbs, nothing]
    scans >> folder >> thumbs
