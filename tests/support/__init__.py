"""Support for the tests: fakes, builders, worlds, processes."""
