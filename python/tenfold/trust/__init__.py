"""Whose releases count: keys, roots, and the order of heads."""
