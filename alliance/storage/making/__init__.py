"""The makers of renditions: programs that the worker runs in limited processes of their own; only they import media libraries."""
