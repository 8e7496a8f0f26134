"""What a release holds, in memory and on disk."""
