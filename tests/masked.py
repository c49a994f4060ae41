"""What ingest makes of Airflow's payloads when nothing is set about secrets."""

from functools import partial

from app.ingest import dags, logs, runs, tries, xcoms
from app.ingest.masking import SecretsMasked
from app.ingest.sources import masked_source as source_masked_by

MASKING = SecretsMasked()
masked = MASKING.value
masked_text = MASKING.text
log_from = partial(logs.log_from, masking=MASKING)
events_from = partial(logs.events_from, masking=MASKING)
run_from = partial(runs.run_from, masking=MASKING)
xcom_from = partial(xcoms.xcom_from, masking=MASKING)
try_from = partial(tries.try_from, masking=MASKING)
rendered_from = partial(tries.rendered_from, masking=MASKING)
version_from = partial(dags.version_from, masking=MASKING)
masked_source = partial(source_masked_by, masks=MASKING)
