"""The bare reference of benchmarks.booking: one INSERT under the same constraint, the same server."""

import sqlite3
import sys

import waitress
from flask import Flask, request

app = Flask("bare")


@app.post("/book")
def book():
    connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("BEGIN IMMEDIATE")
    row = [request.form[name] for name in ("unit", "unit", "start", "end")]
    columns = "unit_id, resource_id, starts_at, ends_at, kind, note, created_at"
    connection.execute(f"INSERT INTO occupancy ({columns}) VALUES (?,?,?,?,'block','','2026-01-01')", row)
    connection.execute("COMMIT")
    connection.close()
    return "ok"


waitress.serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8)
