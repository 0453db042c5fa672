"""Reviewing listings, settling disputes, the admin's board."""
