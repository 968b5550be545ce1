"""What ``hubbub plugins new`` writes: a template for each file, named by the role that it is for."""
