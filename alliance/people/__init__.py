"""Accounts, who works where, duties A and B, sign-in, invitations."""
