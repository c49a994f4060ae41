"""Transcoding ladder for uploaded videos.

Pods only; the ladder, the codecs and the labels come from tables at the top.
"""
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.cncf.kubernetes.secret import Secret

IMG = {'probe': 'media/ffprobe:6', 'enc': 'media/ffmpeg:6', 'pack': 'media/shaka:2.6'}
LADDER = [
    # height, bitrate, gpu
    (2160, '16M', True),
    (1080, '6M', True),
    (480, '1M', False),
]
CODECS = ('h264', 'av1')
COMMON = {
    'namespace': 'media',
    'service_account_name': 'transcoder',
    'startup_timeout_seconds': 900,
    'on_finish_action': 'delete_pod',
}
s3 = Secret('env', None, 's3-creds')

PROBE_FIELD = "{{ ti.xcom_pull(task_ids='probe')['streams'][0]['%s'] }}"
SRC = "{{ task_instance.xcom_pull('probe')['source_uri'] }}"


def name(*parts):
    return '-'.join(str(p) for p in parts)


def playlist(rungs, packages, ti):
    variants = []
    for rung in rungs:
        info = ti.xcom_pull(task_ids=f'encode_{rung}')
        variants.append({'codec': rung.split('_')[0], 'uri': info['out'], 'bytes': info.get('bytes')})
    source = ti.xcom_pull(task_ids='probe')['source_uri']
    return {'source': source, 'variants': variants, 'packages': packages}


with DAG('media_transcode', start_date=datetime(2024, 4, 1), schedule=None, catchup=False, tags=['media']) as dag:
    probe = KubernetesPodOperator(task_id='probe', name='probe', image=IMG['probe'], arguments=['{{ dag_run.conf["uri"] }}'], do_xcom_push=True, secrets=[s3], **COMMON)

    encodes = {}
    for height, bitrate, gpu in LADDER:
        for codec in CODECS:
            if codec == 'av1' and height > 1080:
                continue
            rung = f'{codec}_{height}'
            args = ['-i', SRC, '-vf', f'scale=-2:{height}', '-b:v', bitrate]
            if gpu:
                args += ['-hwaccel', 'cuda']
            args.append('-r')
            args.append(PROBE_FIELD % 'r_frame_rate')
            env_vars = dict(CODEC=codec, WIDTH=PROBE_FIELD % 'width')
            if height == 480:
                env_vars['DURATION'] = PROBE_FIELD.replace('%s', 'duration')
            encodes[rung] = KubernetesPodOperator(
                task_id=f'encode_{rung}',
                name=name('encode', codec, height),
                image=IMG['enc'],
                cmds=['ffmpeg', '-y', '-threads', "{{ ti.xcom_pull(task_ids='probe')['threads'] | default(4) }}"],
                arguments=args,
                env_vars=env_vars,
                labels={'app': 'transcode', 'asset': "{{ ti.xcom_pull(task_ids='probe').asset_id | lower | replace('_', '-') }}"},
                node_selector={'gpu': 'true'} if gpu else {'class': "{{ ti.xcom_pull(task_ids='probe', key='return_value')['class'] }}"},
                annotations={'pod': "{{ ti.xcom_pull(task_ids='probe', key='pod_name') }}"},
                secrets=[s3],
                do_xcom_push=True,
                **COMMON,
            )
            probe >> encodes[rung]

    packages = []
    for codec in CODECS:
        rungs = [r for r in encodes if r.startswith(codec)]
        package = KubernetesPodOperator(
            task_id='package_' + codec,
            name=name('package', codec),
            image=IMG['pack'],
            arguments=[
                'in={{ ti.xcom_pull(task_ids="encode_' + r + '")["out"] }},stream=video' for r in rungs
            ] + ['--mpd_output', codec + '.mpd'],
            image_pull_policy='IfNotPresent',
            **COMMON,
        )
        [encodes[r] for r in rungs] >> package
        packages.append(package)

    PythonOperator(
        task_id='playlist',
        python_callable=playlist,
        op_args=[tuple(encodes), dict(zip(CODECS, [p.output for p in packages]))],
    )

    thumbs = KubernetesPodOperator(
        task_id='thumbnails',
        name='thumbnails',
        image="media/thumbs:{{ ti.xcom_pull(task_ids='probe')['thumb_version'] }}",
        cmds=['sh', '-c'],
        arguments=["for t in {{ ti.xcom_pull(task_ids='probe')['keyframes'] | join(' ') }}; do thumb $t; done"],
        **{**COMMON, 'startup_timeout_seconds': 60},
    )
    encodes['h264_480'] >> thumbs
