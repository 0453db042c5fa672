"""The bare reference of benchmarks.archive: one query and one template, and one static file, on the same server."""

import sqlite3
import sys

import waitress
from flask import Flask, render_template_string, send_file

app = Flask("bare")
PAGE = "<!doctype html><title>{{ row[0] }}</title><h1>{{ row[0] }}</h1><p>{{ row[1] }}</p>"


@app.get("/file")
def file():
    return send_file(sys.argv[3], mimetype="application/octet-stream", conditional=True)


@app.get("/<code>")
def page(code):
    connection = sqlite3.connect(sys.argv[1])
    row = connection.execute("SELECT title, description FROM asset WHERE code = ?", (code,)).fetchone()
    connection.close()
    return render_template_string(PAGE, row=row)


waitress.serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8)
