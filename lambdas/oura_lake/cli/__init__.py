"""The `oura-lake` command: one file per subcommand, each with a click command named `command`."""
