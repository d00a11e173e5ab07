"""Questions asked of the data: one pure file each."""
