"""Tables that centres bring: read, matched to the fields, tried out row by row, taken in, undone."""
