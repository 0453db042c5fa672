"""Two boards: what centres look for, and what they have free."""
