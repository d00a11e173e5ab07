"""The `oura-lake` command: one file per subcommand, each with a click command named `command`."""

import os

# pyarrow reads it once, at its import. Its own allocators do not return freed memory: 190 MB, not 155, for a year.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
