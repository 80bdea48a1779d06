#!/usr/bin/env python3
"""Lists what a newer service model has that the tables of include/healthlake/model lack, and prints what to add.

  tests/model/missing_declarations.py MODEL   a service-2.json (botocore's form, .gz too), or a folder of botocore that
                                              has one, and perhaps waiters-2.json and paginators-1.json, in it
  --waiters FILE, --paginators FILE           compare these too
  --tables FILE                               what print_tables, a program of the tests, printed; - is standard input
  --compiler CXX, --include DIR               without --tables: print_tables.cpp is compiled with CXX (c++ if not given)
                                              and run; DIR is one more folder of headers
  --root DIR                                  another checkout than the one this file is in

Exit status: 0 if there is no difference, 1 if there is one, 2 if something could not be read or compiled.
docs/adding-an-operation.md says where a newer model comes from, and what to do with the output.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from declarations import Declarations, Formatter
from differences import find_differences
from edits import Edits
from service_model import BadModel, Model, load

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--waiters", type=pathlib.Path)
    parser.add_argument("--paginators", type=pathlib.Path)
    parser.add_argument("--tables", type=pathlib.Path)
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    return parser.parse_args(arguments)


def find_files(options):
    """The model, its waiters and its paginators, which may stand in one folder."""
    if not options.model.is_dir():
        return options.model, options.waiters, options.paginators

    def beside(name):
        return next((path for path in (options.model / name, options.model / (name + ".gz")) if path.is_file()), None)

    model = beside("service-2.json")
    if not model:
        raise BadModel(f"{options.model}: expected a service-2.json or service-2.json.gz in this folder")
    return model, options.waiters or beside("waiters-2.json"), options.paginators or beside("paginators-1.json")


def read_tables(options):
    if options.tables and str(options.tables) == "-":
        try:
            return json.load(sys.stdin)
        except ValueError as error:
            raise BadModel(f"standard input: {error}") from error
    if options.tables:
        return load(options.tables)
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "print_tables"
        command = [options.compiler, "-std=c++20", f"-I{options.root / 'include'}",
                   *(f"-I{path}" for path in options.include), str(options.root / "tests/model/print_tables.cpp"), "-o",
                   str(program)]
        try:
            subprocess.run(command, check=True)
            return json.loads(subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout)
        except (OSError, subprocess.CalledProcessError) as error:
            raise BadModel(f"cannot print the tables: {error}") from error


def report(tables, model, root):
    """The whole output, and whether there is a difference."""
    found = find_differences(tables, model)
    if not found:
        return f"The tables say what {model.name} says.\n", False
    lines = [f"{len(found)} difference{'s' if len(found) != 1 else ''} between the tables and {model.name}:", ""]
    lines += map(str, found)
    if model.waiters is None:
        lines += ["", "The waiters were not compared: name a waiters-2.json with --waiters."]
    model.keep_what_only_the_tables_have(tables)
    edits = Edits(tables, model, root, Declarations(tables, model, Formatter(root)), found)
    return "\n".join(lines) + "\n\n" + edits.text(), True


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        model_file, waiters, paginators = find_files(options)
        model = Model(load(model_file), str(model_file), load(waiters) if waiters else None,
                      load(paginators) if paginators else None)
        tables = Model(read_tables(options), "the tables")
    except BadModel as error:
        print(f"missing_declarations.py: {error}", file=sys.stderr)
        return 2
    text, differ = report(tables, model, options.root)
    print(text, end="")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
