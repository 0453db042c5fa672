"""The public face and the desk: pages that need several features."""
