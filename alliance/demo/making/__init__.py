"""Draws, typesets and sounds the files of the demo's archive; nothing of it comes from elsewhere."""
