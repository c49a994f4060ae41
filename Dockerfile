# The image of xcomtrace: built in one stage, run in another that holds no tools to build with.

FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv --without-pip /opt/xcomtrace
COPY requirements.txt ./
RUN pip --python /opt/xcomtrace/bin/python install --no-cache-dir --no-compile --require-hashes --requirement requirements.txt
COPY LICENSE README.md pyproject.toml hatch_build.py package.json package-lock.json ./
COPY migrations migrations
COPY static static
COPY templates templates
COPY app app
RUN pip --python /opt/xcomtrace/bin/python install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN pip uninstall --yes pip && useradd --system --uid 10001 --create-home --home-dir /data xcomtrace
COPY --from=build /opt/xcomtrace /opt/xcomtrace
ENV PATH=/opt/xcomtrace/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    XCOMTRACE_HOST=0.0.0.0 \
    XCOMTRACE_DATABASE_URL=sqlite:////data/xcomtrace.sqlite
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 8081
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8081/readyz', timeout=4)"]
ENTRYPOINT ["xcomtrace"]
CMD ["serve"]
