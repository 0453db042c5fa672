"""Member centres, their tree, membership, the alliance's rules and what each centre discloses."""
