"""The invented alliance: drives the services with a moved clock."""
