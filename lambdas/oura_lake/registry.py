"""Registry of plugins: a folder is a registry, and a file of it exports one typed instance."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

Plugin = TypeVar("Plugin")


@cache
def module_names(package: str) -> list[str]:
    """Names of the public modules of a package, sorted."""
    path = import_module(package).__path__
    return sorted(module.name for module in iter_modules(path) if not module.name.startswith("_"))


def plugins(package: str, kind: type[Plugin]) -> dict[str, Plugin]:
    """Find the instance of `kind` that each public module of a package exports, by the module's name.

    Raises TypeError for a module that exports none or several.
    """
    return {name: _exported(f"{package}.{name}", kind) for name in module_names(package)}


def _exported(module: str, kind: type[Plugin]) -> Plugin:
    found = [value for value in vars(import_module(module)).values() if isinstance(value, kind)]
    if len(found) != 1:
        raise TypeError(f"{module} exports {len(found)} instances of {kind.__name__}; export exactly one.")
    return found[0]
