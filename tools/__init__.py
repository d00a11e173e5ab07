"""Writers of the generated pages in docs/reference; nothing of it is deployed."""
