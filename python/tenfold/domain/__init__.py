"""How layers become answers; plain data in, plain data out."""
