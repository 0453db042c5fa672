"""Chinese full-text search behind a few verbs; knows nothing of alliance, Flask or SQLAlchemy."""
