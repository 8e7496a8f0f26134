"""The store's format, version 2: decoding, strictly."""
