"""A candidate that answers for some accounts first."""
