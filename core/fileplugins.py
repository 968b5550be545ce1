"""A plugin that is a single file: found in a folder and described without being imported, loaded only where it is trusted."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from .contracts import Role

MAX_BYTES = 1_000_000
"""A larger file is no plugin that somebody wrote by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a plugin comes from, as a distribution says it of an installed one."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FilePlugin:
    """One component of one file, in the place of an entry point."""

    name: str
    """``<role>.<name>``."""
    value: str
    """The file's path."""
    content: bytes = field(repr=False)
    """What was read of it: just this is run, so that nothing can change between looking and running."""
    dist: Origin
    """The file's name, and the beginning of its SHA-256 for a version."""
    problem: str = ""
    """Why it is not run."""

    def load(self) -> ModuleType:
        """Run it. Only for a file without :attr:`problem`."""
        if self.problem:
            raise ImportError(self.problem)
        name = f"hubbub_file_{digest_of(self.value.encode())[:8]}_{Path(self.value).stem}"
        if name in sys.modules and getattr(sys.modules[name], "__hubbub_digest__", "") == digest_of(self.content):
            return sys.modules[name]
        module = ModuleType(name)
        module.__file__, module.__spec__ = self.value, ModuleSpec(name, None, origin=self.value)
        module.__dict__["__hubbub_digest__"] = digest_of(self.content)
        # Annotations are looked up by the module's name while it runs.
        sys.modules[name] = module
        try:
            exec(compile(self.content, self.value, "exec"), module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
        return module


def digest_of(content: bytes) -> str:
    """SHA-256 in hex."""
    return sha256(content).hexdigest()


def files_in(folder: Path) -> dict[str, bytes]:
    """The Python files of a folder by name, sorted, but for those whose name begins with ``_`` or ``.``."""
    try:
        paths = sorted(path for path in folder.glob("*.py") if path.is_file() and path.name[0] not in "_.")
        return {path.name: path.read_bytes()[: MAX_BYTES + 1] for path in paths}
    except OSError:
        return {}


def plugins_in(folder: Path, trusted: Mapping[str, str], hooks: Mapping[Role, str], what_to_do: str) -> list[FilePlugin]:
    """The plugins of a folder's files; none of them is run.

    ``trusted``: the digest of each file that may be run, by name. ``hooks``: the name of each role's hook.
    """
    found: list[FilePlugin] = []
    for name, content in files_in(folder).items():
        problem = ""
        if trusted.get(name) != digest_of(content):
            changed = "it has changed since you trusted it" if name in trusted else "nobody has said that it is trusted"
            problem = f"{changed}, so it is not run; {what_to_do}"
        origin = Origin(name=f"plugins/{name}", version=digest_of(content)[:8])
        try:
            components = list(_components(content, Path(name).stem, hooks))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            components, problem = [], f"it cannot be read as Python: {error}"
        if not components:
            problem = problem or f"it registers nothing: it needs one of {', '.join(hooks.values())}, under @hookimpl"
        found += [
            FilePlugin(name=full, value=str(folder / name), content=content, dist=origin, problem=problem)
            for full in components or [f"?.{Path(name).stem}"]
        ]
    return found


def _components(content: bytes, stem: str, hooks: Mapping[Role, str]) -> Iterator[str]:
    """``<role>.<name>`` of what a file registers, as far as it can be told without running it: names written out."""
    if len(content) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES:,} bytes")
    tree = ast.parse(content)
    texts = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    roles = {hook: role for role, hook in hooks.items()}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name in roles and function.decorator_list:
            names = [name for call in ast.walk(function) if (name := _named(call, texts))]
            yield from (f"{roles[function.name]}.{name}" for name in names or [stem.replace("_", "-")])


def _named(call: ast.AST, texts: Mapping[str, str]) -> str:
    """The name that a call of ``Component`` gives, where it is written out."""
    if not isinstance(call, ast.Call) or not ast.unparse(call.func).endswith("Component"):
        return ""
    for keyword in call.keywords:
        if keyword.arg == "name":
            value = keyword.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                return value.value
            return texts.get(value.id, "") if isinstance(value, ast.Name) else ""
    return ""
