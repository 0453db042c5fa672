"""Alliance: member cultural centres list, find, lend and exchange what they have."""
