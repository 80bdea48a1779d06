"""Which header a new declaration belongs in, and where in it."""

import re
from collections import Counter

from wording import snake, words

# What these hold is decided by what it is, not by who uses it.
RESERVED = {"all", "errors", "operation", "patterns", "preview", "rules", "unicode_table", "waiter"}
HEADER_LIMIT = 400  # lines, about: docs/architecture.md
STANDARD = {"std::array": "array", "std::int": "cstdint", "std::uint": "cstdint", "std::map": "map",
            "std::optional": "optional", "std::string_view": "string_view", "std::string": "string",
            "std::vector": "vector"}


def singular(parts):
    return [*parts[:-1], re.sub("s$", "", parts[-1])] if parts else []


def resource(operation):
    """What an operation is about: its name without the verb."""
    return singular(words(operation)[1:])


class Header:
    """One header of model/: what it includes and declares, in its order."""

    def __init__(self, name, text=""):
        self.name = name
        self.is_new = not text
        self.lines_now = self.lines = text.count("\n")  # the latter with what is new
        self.includes = set(re.findall(r'^#include [<"](.*?)[>"]', text, re.M))
        self.documented = [(struct, *member) for struct, body in
                           re.findall(r"^struct (\w+) \{\n(.*?)^\};$", text, re.M | re.S) for member in
                           re.findall(r"((?:^  /// .*\n)+)^  (\S.* (\w+)\{\};)$", body, re.M)]
        self.declared = re.findall(r"^(?:struct|enum class) (\w+)", text, re.M)

    @property
    def path(self):
        return f"healthlake/model/{self.name}.hpp"


class Placement:
    """The headers of a tree, and the places of what is new."""

    def __init__(self, root, tables, model, new_operations, new_shapes):
        """`new_operations` has the lines that each operation takes with what it alone needs."""
        self.model = model
        self.headers = {}
        for path in sorted((root / "include/healthlake/model").glob("*.hpp")):
            if path.stem not in ("preview", "all"):
                self.headers[path.stem] = Header(path.stem, path.read_text(encoding="utf-8"))
        self.taken = self.taken_names(root / "include/healthlake")
        self.sentences = self.house_sentences(tables)
        for header in self.headers.values():  # pasted already, but not yet in a list of all.hpp
            header.declared = [name for name in header.declared if name not in (*new_operations, *new_shapes)]
        self.of = {name: header for header in self.headers for name in self.headers[header].declared}
        for operation, size in new_operations.items():
            self.place_operation(operation, size)
        # Users first: each is placed by those that use it.
        for name in reversed(new_shapes):
            self.of[name] = "errors" if model.shapes[name].get("exception") else self.place_shape(name)

    @staticmethod
    def taken_names(folder):
        """The types of the library that are not the model's, each with its header."""
        return {name: path.relative_to(folder) for path in sorted(folder.rglob("*.hpp")) if path.parent.name != "model"
                for name in re.findall(r"^(?:class|struct|enum class|concept|using) (\w+)",
                                       path.read_text(encoding="utf-8"), re.M)}

    def house_sentences(self, tables):
        """What the headers say of members, by the member's line and its rules; the most frequent if they differ."""
        counts = {}
        for header in self.headers.values():
            for struct, doc, line, name in header.documented:
                rules = [tables.rules(row["shape"]) for member, row in tables.members(struct).items() if
                         snake(member) == name]
                if rules:
                    sentence = " ".join(part[len("  /// "):] for part in doc.splitlines())
                    counts.setdefault((line, rules[0]), Counter())[sentence] += 1
        return {key: count.most_common(1)[0][0] for key, count in counts.items()}

    def place_operation(self, operation, size):
        """With the operations on the same resource, and of those with one of the same verb; else, or if that header
        would outgrow the limit, into a header of its own."""
        mine, best, place = resource(operation), (0, False), None
        for other in self.model.operations:
            theirs = resource(other)
            shorter = min(len(mine), len(theirs))
            if other not in self.of or shorter == 0:
                continue
            if mine[-shorter:] == theirs[-shorter:] or mine[:shorter] == theirs[:shorter]:
                score = (shorter, words(other)[0] == words(operation)[0])
                if score > best:
                    best, place = score, self.of[other]
        if place is None:
            place = self.new_header("_".join(word.lower() for word in mine) or snake(operation))
        elif self.headers[place].lines + size > HEADER_LIMIT:
            place = self.new_header(f"{place}_{words(operation)[0].lower()}")
        self.headers[place].lines += size
        self.of[operation] = place
        for shape in (self.model.input(operation), self.model.output(operation)):
            self.of.setdefault(shape, place)
        if self.headers[place].is_new:  # what it will include matters to where the shapes go
            self.headers[place].includes |= {self.headers[self.of[shape]].path for shape in self.reached(operation) if
                                             self.of.get(shape, place) != place}

    def reached(self, operation):
        """The shapes of headers that an operation needs."""
        seen, waiting = set(), [row["shape"] for row in (self.model.operations[operation].get(key) for key in
                                                         ("input", "output")) if row]
        while waiting:
            shape = waiting.pop()
            if shape not in seen:
                seen.add(shape)
                if shape not in self.of or self.headers[self.of[shape]].is_new:
                    waiting += self.model.targets(self.model.shapes[shape])
        return seen

    def new_header(self, name):
        while name in RESERVED:
            name += "_operation"
        self.headers.setdefault(name, Header(name))
        return name

    def place_shape(self, name):
        users = {self.of[user] for user in self.users(name) if user in self.of}
        if name in self.of:
            users.add(self.of[name])
        if not users:
            return self.new_header(snake(name))
        lowest = [header for header in users if all(other in self.above(header) for other in users)]
        if lowest:
            return lowest[0]
        common = [header for header in self.headers if header not in RESERVED and
                  all(header in self.below(user) for user in users)]
        highest = [header for header in common if not any(header in self.below(other) - {other} for other in common)]
        return highest[0] if highest else self.new_header(snake(name))

    def users(self, name):
        """The structures that hold the shape, directly or in lists and maps."""
        for other, shape in self.model.shapes.items():
            if name in self.model.targets(shape):
                if self.model.is_structure(other):
                    yield other
                else:
                    yield from self.users(other)

    def below(self, header):
        """The headers that a header includes, at any remove, and itself."""
        seen, waiting = set(), [header]
        while waiting:
            current = waiting.pop()
            if current in seen or current not in self.headers:
                continue
            seen.add(current)
            waiting += [path[len("healthlake/model/"):-len(".hpp")] for path in self.headers[current].includes
                        if path.startswith("healthlake/model/")]
        return seen

    def above(self, header):
        return {other for other in self.headers if header in self.below(other)}

    def used_shapes(self, name):
        """The structures and enumerations that the members of a structure name."""
        return self.named_by(self.model.targets(self.model.shapes.get(name, {})))

    def used_by_member(self, name, member):
        return self.named_by([self.model.shapes[name]["members"][member]["shape"]])

    def named_by(self, targets):
        found, waiting = [], list(targets)
        while waiting:
            shape = waiting.pop()
            if self.model.is_structure(shape) or self.model.is_enumeration(shape):
                found.append(shape)
            else:
                waiting += self.model.targets(self.model.shapes[shape])
        return found

    def anchor(self, name, new_shapes):
        """The first declaration of the header that needs the new shape before it, or "" for the end."""
        header = self.headers[self.of[name]]
        needed_by, waiting = set(), [name]
        while waiting:
            for user in self.users(waiting.pop()):
                if user not in needed_by and self.of.get(user) == header.name:
                    needed_by.add(user)
                    if user in new_shapes:
                        waiting.append(user)
        return next((other for other in header.declared if other in needed_by), "")

    def end_anchor(self, header, waiters):
        """What is added at the end goes before the waiters, which come last."""
        return next((name for name in self.headers[header].declared if name in waiters), "")

    def missing_includes(self, header, code, shapes):
        """The #include lines that new code needs and its header has not."""
        needed = {path for word, path in STANDARD.items() if re.search(rf"\b{word}(?!_view)", code) or
                  word == "std::string_view" and word in code}
        if re.search(r"\b(structure|union_of)\(|OpenEnum|\bspelled\(|\bfield<", code):
            needed.add("healthlake/core/shape.hpp")
        for word, path in (("rules::", "rules"), ("healthlake::Errors<", "errors"),
                           ("std::string_view name", "operation"), ("Acceptor", "waiter")):
            if word in code and header != path:
                needed.add(f"healthlake/model/{path}.hpp")
        target = self.headers[header]
        has, below = (set(), {header}) if target.is_new else (target.includes, self.below(header))
        needed |= {self.headers[self.of[shape]].path for shape in shapes
                   if shape in self.of and self.of[shape] not in below}
        if "healthlake/model/operation.hpp" in has:  # which is on top of core/shape.hpp
            needed.discard("healthlake/core/shape.hpp")
        return sorted(needed - has)
