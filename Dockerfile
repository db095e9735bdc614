# The console, and Prefect's server and worker: one image, the commands stand in compose.yaml.
FROM python:3.11-slim-bookworm AS built
WORKDIR /src
# torch for the CPU: the index's default would bring several GB of CUDA.
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
RUN python -m venv /opt/aigc_guard
ENV PATH=/opt/aigc_guard/bin:$PATH
COPY requirements.lock ./
RUN pip install -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE aigc_guard.toml ./
COPY aigc_guard ./aigc_guard
COPY flows ./flows
COPY policies ./policies
COPY kinds ./kinds
COPY briefs ./briefs
RUN pip install --no-deps .

FROM python:3.11-slim-bookworm
# pg_dump for `aigc-guard store backup`, fonts for PDF releases.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client fonts-noto-cjk fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home guard \
    && install --directory --owner=guard /project
COPY --from=built /opt/aigc_guard /opt/aigc_guard
ENV PATH=/opt/aigc_guard/bin:$PATH PYTHONUNBUFFERED=1 GX_ANALYTICS_ENABLED=false \
    PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1 HF_HUB_OFFLINE=1
USER guard
WORKDIR /project
EXPOSE 8642 4200
# uvicorn and Prefect stop on SIGTERM and finish what is under way.
STOPSIGNAL SIGTERM
CMD ["aigc-guard", "serve", "--host", "0.0.0.0", "--port", "8642"]
