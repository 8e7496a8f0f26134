"""Where releases are read: folders, servers, buckets and branches."""
