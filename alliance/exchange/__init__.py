"""Agreements and their legs: borrowing and lending from request to return."""
