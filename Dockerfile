# The portal with its front end built in. The worker and the web process are the same image with another command.
FROM node:22-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY frontend frontend
COPY templates templates
COPY static static
RUN npm run build

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONPATH=/app PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY alliance alliance
COPY search search
COPY templates templates
COPY static static
COPY wsgi.py .
COPY --from=front-end /build/static/dist static/dist
RUN python -m alliance.translations && useradd --system --create-home portal && install -d -o portal /app/var
USER portal
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "wsgi:app"]
