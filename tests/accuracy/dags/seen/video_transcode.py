"""Transcoding of a video platform. Settings are put together step by step before the pods are made."""

import copy
from collections import OrderedDict, defaultdict
from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

BASE = {
    "image": "registry.local/video/ffmpeg:6",
    "namespace": "video",
    "do_xcom_push": True,
    "env_vars": {"SOURCE": "{{ ti.xcom_pull(task_ids='probe')['source'] }}"},
    "arguments": ["-y"],
}
RENDITIONS = OrderedDict()
RENDITIONS["1080p"] = {"height": 1080, "codec": "h264"}
RENDITIONS["720p"] = {"height": 720, "codec": "h264"}
RENDITIONS.update({"audio": {"height": None, "codec": "aac"}})
RENDITIONS["720p"]["codec"] = "hevc"

for name in RENDITIONS:
    RENDITIONS[name].setdefault("bitrate_key", name + "_rate")
del name

WAIT_FOR = defaultdict(list)
WAIT_FOR["package"] += [f"encode_{r}" for r in RENDITIONS]
WAIT_FOR["package"].append("thumbnails")
WAIT_FOR["package"].insert(0, "subtitles")
WAIT_FOR["package"].remove("encode_audio")

probe_env = [k8s.V1EnvVar(name="MODE", value="fast")]
probe_env.append(k8s.V1EnvVar(name="UPLOAD", value="{{ ti.xcom_pull(key='upload_url') }}"))

with DAG("video_transcode", start_date=datetime(2024, 1, 1), schedule=None, catchup=False) as dag:
    upload = BashOperator(task_id="upload", bash_command="upload {{ params.file }}", params={"file": "a.mp4"})
    probe = KubernetesPodOperator(
        task_id="probe", name="probe", image=BASE["image"], env_vars=probe_env, do_xcom_push=True
    )
    upload >> probe

    encoders = {}
    for rendition, settings in RENDITIONS.items():
        spec = copy.deepcopy(BASE)
        spec["task_id"] = spec["name"] = f"encode_{rendition}"
        spec["arguments"] += ["-c", settings["codec"]]
        if settings["height"] is not None:
            spec["arguments"].extend(("-vf", "scale=-1:" + str(settings["height"])))
            spec["env_vars"]["FPS"] = "{{ ti.xcom_pull('probe')['streams'][0]['fps'] }}"
        else:
            spec["env_vars"].pop("SOURCE")
            spec["env_vars"]["AUDIO"] = "{{ ti.xcom_pull('probe')['streams'][1]['url'] }}"
        spec["env_vars"].update(
            BITRATE="{{ ti.xcom_pull('ladder')['" + settings["bitrate_key"] + "'] }}",
        )
        spec["env_vars"] |= {"RENDITION": rendition}
        spec["arguments"].append("{{ ti.xcom_pull('probe')['out'] }}/" + rendition + ".mp4")
        encoders[rendition] = KubernetesPodOperator(**spec)

    ladder = KubernetesPodOperator(
        **{
            **BASE,
            "task_id": "ladder",
            "name": "ladder",
            "arguments": BASE["arguments"] + ["{{ ti.xcom_pull(task_ids='probe')['streams'] | tojson }}"],
        }
    )
    probe >> ladder >> list(encoders.values())

    extras = []
    for kind in ["subtitles", "thumbnails"]:
        args = [kind]
        args[1:] = ["--in", "{{ ti.xcom_pull('probe')['source'] }}"]
        if kind == "thumbnails":
            args += ["--at"]
            args.append("{{ ti.xcom_pull('probe')['scenes'][-1]['t'] }}")
        extras.append(
            KubernetesPodOperator(**(BASE | {"task_id": kind, "name": kind, "arguments": args, "env_vars": {}}))
        )
    ladder >> extras

    package_args = ["package"]
    for t in WAIT_FOR["package"]:
        package_args.append("{{ ti.xcom_pull(task_ids='%s')['out'] }}" % t)
    labels = dict(kind="hls")
    labels["title"] = "{{ ti.xcom_pull('probe')['title'] | lower | replace(' ', '-') }}"
    package = KubernetesPodOperator(
        task_id="package",
        name="package",
        image=BASE["image"],
        arguments=package_args,
        labels=labels,
        env_vars=dict(
            BASE["env_vars"],
            AUDIO="{{ ti.xcom_pull('encode_audio')['out'] }}",
            **{f"W_{r}": "{{ ti.xcom_pull('encode_%s')['width'] | default(0, true) }}" % r for r in encoders if r != "audio"},
        ),
    )
    [*encoders.values(), *extras] >> package
    checks = []
    for rendition, encoder in encoders.items():
        probe_again = KubernetesPodOperator(
            task_id=f"verify_{rendition}",
            name="verify",
            image=BASE["image"],
            cmds=["verify", rendition],
            arguments=[encoder.output, *([ladder.output] if rendition.endswith("p") else [])],
        )
        checks.append(probe_again)
    package >> checks
