"""The exam that every reader of the format takes: an adapter of three verbs."""
