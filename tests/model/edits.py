"""The printed edits: for each file what to add or to replace, and where."""

import re

from differences import Difference
from placement import HEADER_LIMIT, Placement

MODEL_FOLDER = "include/healthlake/model"


def without_docs(code):
    """A declaration without the `///` lines above it."""
    return re.sub(r"\A(?:///.*\n)+", "", code)


class Edits:
    """What to do about the differences, file by file."""

    def __init__(self, tables, model, root, declarations, differences):
        self.tables, self.model, self.declare = tables, model, declarations
        self.files = {}  # path -> [(place, code)]
        self.notes = []
        self.uses = {}  # header -> (code, shapes) that its new lines name

        new = {kind: [d.name for d in differences if d.change == "new" and d.kind == kind]
               for kind in ("operation", "enumeration", "rules", "waiter")}
        shapes = {d.name for d in differences if d.change == "new" and d.kind in ("structure", "union", "enumeration")}
        self.new_shapes = [name for name in model.reached_shapes() if name in shapes]
        self.new_operations = {name: sum(code.count("\n") + 1 for _, code in self.declarations_for(name, reached))
                               for name, reached in model.declaration_order() if name in new["operation"]}
        self.place = Placement(root, tables, model, self.new_operations, self.new_shapes)
        declarations.house_sentences = self.place.sentences
        self.waiters = set(tables.waiters or {})

        # What is declared anew as a whole needs no edits of its members.
        self.replaced = {d.name for d in differences if d.change == "changed" and d.kind in ("structure", "union")}

        self.add_rules([d for d in differences if d.kind == "rules" and d.change != "removed"] + [
            Difference("new", "rules", name) for name in model.reached_shapes() if model.is_enumeration(name) and
            model.rules(name) and not (name in tables.shapes and tables.rules(name))])
        self.add_errors(differences)
        self.add_shapes()
        for difference in differences:
            self.add_change(difference)
        for name in new["waiter"]:
            self.add_waiter(name)
        self.add_lists(new)
        self.add_includes()

    def text(self):
        """All edits, the headers in an order that compiles."""
        parts = []
        for path in sorted(self.files, key=self.order):
            header = self.place.headers.get(self.stem(path))
            if header and header.is_new:
                parts.append(f"=== {path} (a new file)\n" + self.new_file(header, self.files[path]))
                continue
            parts.append(f"=== {path}\n" + "\n".join(f"--- {place}:\n{code}" for place, code in self.files[path]))
        if self.notes:
            parts.append("=== needs attention\n" + "".join(f"- {note}\n" for note in dict.fromkeys(self.notes)))
        return "\n".join(parts)

    @staticmethod
    def stem(path):
        return path[len(MODEL_FOLDER) + 1:-len(".hpp")] if path.startswith(MODEL_FOLDER) else ""

    def order(self, path):
        stem = self.stem(path)
        first = ["patterns", "rules", "errors"]
        if stem in first:
            return first.index(stem), path
        if stem == "all" or not stem:
            return (200 if stem else 201 if path.endswith(".hpp") else 202), path
        return 10 + len(self.place.below(stem)), path

    def add(self, header, place, code, shapes=()):
        path = f"{MODEL_FOLDER}/{header}.hpp"
        self.files.setdefault(path, []).append([place, code])
        used = self.uses.setdefault(header, ["", set()])
        used[0] += code
        used[1].update(shapes)

    def add_line(self, path, place, line):
        """Adds a line to those of the same place."""
        edits = self.files.setdefault(path, [])
        if not edits or edits[-1][0] != place:
            edits.append([place, ""])
        edits[-1][1] += line

    # One kind after the other

    def add_rules(self, differences):
        known = [name for name in self.tables.shapes if self.tables.rules(name) and not self.tables.is_structure(name)]
        for difference in differences:
            if difference.change != "unknown":
                self.note_rules(difference.name)
            if difference.change == "changed":
                self.add("rules", f"replaces `{difference.name}`", self.declare.rules(difference.name))
        waiting = sorted(difference.name for difference in differences if difference.change == "new")
        block = []  # rows that follow each other
        while waiting:
            name = next(name for name in waiting if not set(self.rules_used(name)) & set(waiting))
            waiting.remove(name)
            # After its predecessor in the alphabet and what it refers to.
            before = max([other for other in known if other < name] + self.rules_used(name), default="")
            known.append(name)
            if block and before == block[-1]:
                self.files[f"{MODEL_FOLDER}/rules.hpp"][-1][1] += self.declare.rules(name)
            else:
                self.add("rules", f"after `{before}`" if before else "as the first row", self.declare.rules(name))
                block = []
            block.append(name)

    def rules_used(self, name):
        return [value for key, value in self.model.traits(name).items() if key in ("member", "key")]

    def note_rules(self, name):
        traits = self.model.traits(name)
        if "pattern" in traits and not self.declare.pattern(name)[1]:
            self.add("patterns", "a new matcher", self.declare.new_pattern(name))
            self.notes.append(f"{MODEL_FOLDER}/patterns.hpp: the pattern of {name} has no matcher. Write "
                              f"detail::match_{self.declare.pattern(name)[0]} by hand, and add the pattern to "
                              "patterns::all.")
        if any(isinstance(traits.get(key), float) for key in ("min", "max")):
            self.notes.append(f"rules::{name}: the model has a bound that is not an integer; Rules has integers only.")

    def add_errors(self, differences):
        errors = [name for name in self.new_shapes if self.model.shapes[name].get("exception")]
        for name in errors:
            if "httpStatusCode" not in self.model.shapes[name].get("error", {}):
                self.notes.append(f"{MODEL_FOLDER}/errors.hpp: the model does not name the HTTP status of {name}; the "
                                  "one printed is Smithy's default.")
        codes = errors + [d.part for d in differences if d.kind == "value" and d.name == "ErrorCode"]
        if codes:
            self.add("errors", "replaces `enum class ErrorCode` and its spellings, below the `///` line",
                     without_docs(self.declare.error_codes(sorted({*self.tables.error_codes, *codes}))))

    def add_shapes(self):
        """New shapes and operations, those of one place together."""
        blocks = {}
        for operation, shapes in self.model.declaration_order():
            code = [(name, self.shape_code(name)) for name in shapes if name in self.new_shapes]
            if operation in self.new_operations:
                code = self.declarations_for(operation, shapes)
            for name, text in code:
                self.check_nesting(name)
                self.check_name(name)
                header = self.place.of[name]
                anchor = ("" if name == operation else self.place.anchor(name, self.new_shapes))
                anchor = anchor or self.place.end_anchor(header, self.waiters)
                blocks.setdefault((header, anchor), []).append((name, text))
        for (header, anchor), parts in blocks.items():
            place = f"before `{anchor}` and its `///` lines" if anchor else "at the end of the namespace"
            used = [shape for name, _ in parts for shape in self.place.used_shapes(name)]
            used += [shape for name, _ in parts if name in self.model.operations for shape in self.model.errors(name)]
            self.add(header, place, "\n".join(text for _, text in parts), used)
            for name, _ in parts:
                self.check_order(header, anchor, name, self.place.used_shapes(name))

    def declarations_for(self, operation, shapes):
        """A new operation and what is declared with it."""
        code = [(name, self.shape_code(name)) for name in shapes if name in self.new_shapes]
        # What an operation without input or output has in C++ all the same.
        code += [(name, self.declare.structure(name)) for name in
                 (self.model.input(operation), self.model.output(operation)) if name not in self.model.shapes]
        return [*code, (operation, self.declare.operation(operation))]

    def shape_code(self, name):
        return self.declare.enumeration(name) if self.model.is_enumeration(name) else self.declare.structure(name)

    def add_change(self, difference):
        change, kind, name, part, _ = difference
        header = self.place.of.get(name)
        if change == "removed":
            self.notes.append(f"{difference}. Remove it if no service that is still in use has it.")
        elif change == "unknown" or kind == "service":
            self.notes.append(f"{difference}. The tables cannot express this: decide by hand.")
        elif kind == "operation" and change == "changed":
            self.add(header, f"replaces `struct {name}`, below its `///` lines",
                     without_docs(self.declare.operation(name)), self.model.errors(name))
        elif kind == "waiter" and change == "changed":
            self.add(header, f"replaces `struct {name}`, below its `///` lines",
                     without_docs(self.declare.waiter(name)))
        elif kind == "member" and name not in self.replaced and not self.model.shapes[name].get("union"):
            self.add_member(header, name, part, change)
        elif name in self.model.shapes and kind in ("value", "enumeration") and change in ("new", "changed") and \
                name not in self.new_shapes:
            self.add_whole(header, f"replaces `enum class {name}` and its spellings, below its `///` lines",
                           without_docs(self.declare.enumeration(name)), ())
        elif name in self.model.shapes and kind in ("member", "structure", "union") and name not in self.new_shapes:
            self.add_whole(header, f"replaces `struct {name}`; keep its `///` lines", self.declare.structure(name),
                           self.place.used_shapes(name))

    def add_whole(self, header, place, code, shapes):
        """A declaration printed anew, once, however many differences it has."""
        if [place, code] not in self.files.get(f"{MODEL_FOLDER}/{header}.hpp", []):
            self.add(header, place, code, shapes)

    def add_member(self, header, name, member, change):
        line = self.declare.member(name, member)
        row = self.declare.format.row(self.declare.row(name, member))
        used = self.place.used_by_member(name, member)
        if change == "changed":
            line = line.splitlines()[-1] + "\n"  # the lines above it stay
            self.add(header, f"in `struct {name}`, replaces the member for {member}", line, used)
            self.add(header, f"in the table of `{name}`, replaces the row of {member}", row)
        else:
            # In the order of the model; one that is new too was printed before this one.
            members = list(self.model.shapes[name]["members"])
            at = members.index(member)
            where = f"after the {{}} {members[at - 1]}" if at else "as the first {}"
            self.add(header, f"in `struct {name}`, " + where.format("member for" if at else "member"), line, used)
            self.add(header, f"in the table of `{name}`, " + where.format("row of" if at else "row") +
                     ", separated by a comma", row)
        self.check_order(header, name, name, used)

    def add_waiter(self, name):
        operation = self.model.waiters[name]["operation"]
        header = self.place.of.get(operation)
        if header is None:
            self.notes.append(f"The waiter {name} is for {operation}, which the model does not have.")
            return
        self.add(header, "at the end of the namespace", self.declare.waiter(name))

    def add_lists(self, new):
        if new["operation"]:
            self.add("all", "replaces `AllOperations`", self.declare.list_of_types(
                "AllOperations", "Operations", [*self.tables.operations, *new["operation"]]))
        if new["waiter"]:
            self.add("all", "replaces `AllWaiters`", self.declare.list_of_types(
                "AllWaiters", "Waiters", [*(self.tables.waiters or {}), *new["waiter"]]))
        for name in new["operation"]:
            header = self.place.of[name]
            self.add_line("include/healthlake/client.hpp",
                          f"among the methods of `Client`, those of model/{header}.hpp",
                          self.declare.client_method(name))
            self.add_line("docs/operations.md", f"among the operations of model/{header}.hpp",
                          self.declare.page_row(name, header))

    # What would not compile

    def check_nesting(self, name):
        """A structure that contains itself without a list or map in between has no C++ type here."""
        seen, waiting = set(), [name] if name in self.model.shapes else []
        while waiting:
            for target in self.model.targets(self.model.shapes[waiting.pop()]):
                if target == name:
                    self.notes.append(f"{name} contains itself, which only a std::vector in between makes possible.")
                    return
                if self.model.is_structure(target) and target not in seen:
                    seen.add(target)
                    waiting.append(target)

    def check_name(self, name):
        """All that has a C++ name of its own stands in one namespace."""
        if name in self.place.taken:
            self.notes.append(f"{name} is declared in include/healthlake/{self.place.taken[name]} already: choose "
                              "another C++ name, and keep the model's in the table.")
        if name in self.model.operations and name in self.model.shapes:
            self.notes.append(f"{name} is both a shape and an operation: choose another C++ name for the shape.")

    def check_order(self, header, anchor, name, used):
        """What a declaration uses stands before it."""
        declared = self.place.headers[header].declared
        if anchor not in declared:
            return
        for shape in used:
            if shape in declared and declared.index(shape) >= declared.index(anchor) and shape != name:
                self.notes.append(f"{MODEL_FOLDER}/{header}.hpp: `{shape}` must move before `{anchor}`, since "
                                  f"`{name}` uses it.")

    def add_includes(self):
        for header, (code, shapes) in self.uses.items():
            if header in ("all", "rules", "patterns"):
                continue
            target = self.place.headers[header]
            missing = self.place.missing_includes(header, code, shapes)
            if target.is_new:
                target.includes = set(missing)
            elif missing:
                lines = "".join(f'#include "{path}"\n' if "/" in path else f"#include <{path}>\n" for path in missing)
                self.files[f"{MODEL_FOLDER}/{header}.hpp"].insert(0, ["among the #include lines", lines])
            for path in missing:
                other = path[len("healthlake/model/"):-len(".hpp")]
                if other in self.place.headers and header in self.place.below(other) and not target.is_new:
                    self.notes.append(f"{MODEL_FOLDER}/{header}.hpp and model/{other}.hpp would include each other: "
                                      "move what both use into a header below them.")
            lines = target.lines_now + code.count("\n")
            if lines > HEADER_LIMIT:
                self.notes.append(f"{MODEL_FOLDER}/{header}.hpp would have about {lines} lines: split it by idea.")
        headers = sorted(header.path for header in self.place.headers.values() if header.is_new and
                         any(self.place.of[name] == header.name for name in self.new_operations))
        if headers:
            self.files[f"{MODEL_FOLDER}/all.hpp"].insert(
                0, ["among the #include lines", "".join(f'#include "{path}"\n' for path in headers)])

    def new_file(self, header, edits):
        """A whole header: prologue, includes, namespace."""
        operations = [name for name in self.new_operations if self.place.of[name] == header.name]
        about = ", ".join(operations) or ", ".join(name for name in self.new_shapes if
                                                   self.place.of[name] == header.name)
        version = self.model.metadata.get("apiVersion", "2017-07-01")
        system = sorted(path for path in header.includes if "/" not in path)
        own = sorted(path for path in header.includes if "/" in path)
        blocks = ["\n".join(f"#include <{path}>" for path in system), "\n".join(f'#include "{path}"' for path in own)]
        about = f"{header.name.replace('_', ' ').capitalize()}: {about}."
        rules = f"Rules: names, limits and requirements are the service model's ({version})."
        prologue = self.declare.format(f"// {about}\n//\n// {rules}\n#pragma once\n")
        return "\n".join([prologue, *(block + "\n" for block in blocks if block), "namespace HEALTHLAKE_NAMESPACE {\n",
                          "\n".join(code for _, code in edits), "}  // namespace HEALTHLAKE_NAMESPACE\n"])
