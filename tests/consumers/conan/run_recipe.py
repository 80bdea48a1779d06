#!/usr/bin/env python3
"""Runs the methods of the Conan recipe in the order in which Conan 2 calls them, with stand-ins for what it imports.

usage: run_recipe.py RECIPE WORK

Conan itself is not in Debian. What this cannot show: that Conan accepts the recipe's settings and properties. The package
folder is WORK/package; prints the version.
"""
import fnmatch
import importlib.util
import pathlib
import shutil
import sys
import types


class Record:
    """Takes any attribute and any call."""

    def __init__(self):
        self.properties = {}

    def set_property(self, name, value):
        self.properties[name] = value

    def clear(self):
        self.cleared = True


def copy(recipe, pattern, src, dst):
    """conan.tools.files.copy: keeps the folders below src; returns what was copied."""
    copied = []
    for file in sorted(pathlib.Path(src).rglob("*")):
        name = str(file.relative_to(src))
        if file.is_file() and fnmatch.fnmatch(name, pattern):
            target = pathlib.Path(dst) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
            copied.append(str(target))
    return copied


def stand_ins(asked):
    conan = types.ModuleType("conan")
    conan.ConanFile = type("ConanFile", (), {})
    tools, build, files = (types.ModuleType(f"conan.tools{name}") for name in ("", ".build", ".files"))
    build.check_min_cppstd = lambda recipe, standard: asked.append(standard)
    files.copy = copy
    sys.modules.update({"conan": conan, "conan.tools": tools, "conan.tools.build": build, "conan.tools.files": files})


def main():
    path, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    asked = []
    stand_ins(asked)
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("conanfile", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    recipe = module.HealthlakeConan()
    recipe.recipe_folder = str(path.parent)
    recipe.set_version()
    recipe.export_sources_folder = recipe.source_folder = str(work / "source")
    recipe.export_sources()
    recipe.info, recipe.cpp_info = Record(), Record()
    recipe.validate()
    recipe.package_id()
    recipe.package_folder = str(work / "package")
    recipe.package()
    recipe.package_info()
    assert asked == [20] and recipe.info.cleared and recipe.package_type == "header-library"
    assert recipe.cpp_info.properties["cmake_target_name"] == "healthlake::healthlake"
    assert (work / "package/licenses/LICENSE").is_file()
    print(recipe.version)


if __name__ == "__main__":
    main()
