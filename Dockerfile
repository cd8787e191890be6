# bconnect in one image: `web`, `worker` or both together (`serve`, the default). compose.yaml puts the parts together.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/bconnect
WORKDIR /src
COPY requirements.lock ./
RUN /opt/bconnect/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/bconnect/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
ENV PATH=/opt/bconnect/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# /data is where the SQLite file goes, for those who use one.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin bconnect \
    && install --directory --owner=bconnect --group=bconnect --mode=0700 /data
COPY --from=build /opt/bconnect /opt/bconnect
USER 10001
WORKDIR /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["bconnect"]
CMD ["serve", "--host", "0.0.0.0"]
