"""Task instances: what they are now, their earlier tries, the logs."""

from app.airflow import payloads
from app.airflow.v1.asking import AskingV1, path_of_run
from app.airflow.v1.logtext import kept_events
from app.airflow.v1.payloads import counted_ahead, instance_from
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey

_BATCH = "dags/~/dagRuns/~/taskInstances/list"
# Rows of the one page that a run is; 10,000 have some 15 MB.
_WHOLE_RUN = 10_000
_PLAIN = {"Accept": "text/plain"}


class InstanceQuestions(AskingV1):
    def task_instances(self, run: RunKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every task instance of a run, in its latest try, with the rendered fields.

        As one page: API v1 puts them in no order, and what is in no order may be skipped between
        two pages. Raises NotThere when Airflow has deleted the run.
        """
        what = f"task instances of {run.dag_id} {run.run_id}"
        if self._features.batches_by_run:
            limit = {"page_limit": _WHOLE_RUN} if self._features.limits_batches else {}
            fields = {"dag_ids": [run.dag_id], "dag_run_ids": [run.run_id], **limit}
            request = self._post(_BATCH, fields)
        else:
            request = self._get(path_of_run(run, "taskInstances"), limit=_WHOLE_RUN)
        found = self._page(payloads.TaskInstancePage, what, request).task_instances
        if not found:
            # Of a run that was deleted API v1 tells no instances, where v2 says that it is gone.
            self._page(payloads.DagRunItem, what, self._get(path_of_run(run)))
        instances = map(instance_from, found)
        return tuple(instances if self._features.tells_tries else map(counted_ahead, instances))

    def rendered_instances(
        self, run: RunKey, task_ids: tuple[str, ...]
    ) -> tuple[payloads.TaskInstanceItem, ...]:
        return tuple(one for one in self.task_instances(run) if one.task_id in task_ids)

    def tries(self, instance: TaskInstanceKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every try of a task instance, without rendered fields; none before Airflow 2.10."""
        if not self._features.tells_tries:
            return ()
        index = () if instance.map_index == NOT_MAPPED else (str(instance.map_index),)
        path = path_of_run(instance.run, "taskInstances", instance.task_id, *index, "tries")
        return tuple(
            self._rows(
                payloads.TaskInstancePage,
                lambda page: page.task_instances,
                f"tries of {instance.task_id} in {instance.dag_id} {instance.run_id}",
                path,
            )
        )

    def log(self, of: TryKey) -> tuple[payloads.LogLine, ...]:
        """The telling lines of a try's log, put together from its plain text."""
        at = of.instance
        path = path_of_run(at.run, "taskInstances", at.task_id, "logs", str(of.try_number))
        request = self._get(path, full_content="true", map_index=at.map_index)
        with self._at.answer(request, headers=_PLAIN, heavy=True) as response:
            return kept_events(self._at.pieces(response))
