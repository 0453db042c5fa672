"""The English of every Chinese string in the code: one .po file per feature, merged into one catalogue at build."""
