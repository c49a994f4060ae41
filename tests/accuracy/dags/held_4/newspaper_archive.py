# -*- coding: utf-8 -*-
from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator

# Chaves de XCom
KEY_PAGES = "pages"
KEY_TEXT = "ocr_text"
OCR_TASK = "reconhecer_texto"


def baixar(edition, ti):
    ti.xcom_push(key=KEY_PAGES, value=[f"{edition}/{p}.tif" for p in range(1, 5)])
    return {"edition": edition, "date": "1910-10-05"}


def reconhecer(pages, language="por"):
    return {"words": 1200, KEY_TEXT: "Republica proclamada"}


def extrair_nomes(**kwargs):
    ti = kwargs["ti"]
    texto = ti.xcom_pull(task_ids=OCR_TASK)[KEY_TEXT]
    paginas = ti.xcom_pull(task_ids="baixar_edicao", key=KEY_PAGES)
    nomes = [w for w in texto.split() if w.istitle()]
    return {"nomes": nomes, "paginas": len(paginas)}


def guardar(**kwargs):
    ti = kwargs["ti"]
    edicao = ti.xcom_pull(task_ids="baixar_edicao")
    resultado = ti.xcom_pull(task_ids="extrair_nomes")
    print(edicao["date"], resultado["nomes"])


def indexar(edition, words, people, templates_dict=None, **_):
    print("index", edition, words, people, templates_dict["date"])


with DAG(
    dag_id="newspaper_archive",
    description="OCR do arquivo de jornais",
    start_date=datetime(2023, 1, 1),
    schedule="@daily",
    catchup=False,
    render_template_as_native_obj=True,
) as dag:
    baixar_edicao = PythonOperator(
        task_id="baixar_edicao",
        python_callable=baixar,
        op_kwargs={"edition": "seculo-{{ ds_nodash }}"},
    )

    ocr = PythonOperator(
        task_id=OCR_TASK,
        python_callable=reconhecer,
        op_args=["{{ ti.xcom_pull(task_ids='baixar_edicao', key='pages') }}"],
    )

    nomes = PythonOperator(task_id="extrair_nomes", python_callable=extrair_nomes)

    indexar_edicao = PythonOperator(
        task_id="indexar_edicao",
        python_callable=indexar,
        op_kwargs={
            "edition": "{{ ti.xcom_pull(task_ids='baixar_edicao')['edition'] }}",
            "words": "{{ ti.xcom_pull(task_ids='" + OCR_TASK + "')['words'] }}",
            "people": nomes.output,
        },
        templates_dict={"date": "{{ ti.xcom_pull('baixar_edicao').date }}"},
    )

    contar = PythonOperator(
        task_id="contar",
        python_callable=lambda ti: print(ti.xcom_pull(task_ids="extrair_nomes")["paginas"]),
    )

    gravar = PythonOperator(task_id="guardar", python_callable=guardar)

    limpar = PythonOperator(
        task_id="limpar",
        python_callable=lambda files: [print("rm", f) for f in files],
        op_args=[baixar_edicao.output[KEY_PAGES]],
    )

    baixar_edicao >> ocr >> nomes >> indexar_edicao >> [contar, gravar] >> limpar
