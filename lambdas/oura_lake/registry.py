"""Which modules does a folder offer? The folder is the registry: a file added is a thing added."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def entries(package: ModuleType) -> dict[str, ModuleType]:
    """Import each public module of a package, keyed by its file name."""
    names = [m.name for m in iter_modules(package.__path__) if not m.name.startswith("_")]
    return {name: import_module(f"{package.__name__}.{name}") for name in names}
