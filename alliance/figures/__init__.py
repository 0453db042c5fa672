"""Figures for the public and the secretariat: exchanges, idleness, needs unmet, use of the archive, the yearly table."""
