"""Files of any size under stable keys: in a folder of this machine, or in a bucket."""
