"""The declarations of shapes, operations and waiters, as include/healthlake/model has them."""

import re
import shutil
import subprocess

from service_model import plain_pattern
from wording import (WIDTH, doc_lines, member_sentence, operation_sentence, shape_sentence, snake, words)

KINDS = {"boolean": "boolean", "byte": "byte", "short": "short_integer", "integer": "integer", "long": "long_integer",
         "float": "float_", "double": "double_", "timestamp": "timestamp", "blob": "blob", "list": "list", "map": "map"}


class Formatter:
    """clang-format with the tree's style. Without it the code is returned as it is, which is readable too."""

    def __init__(self, root, program="clang-format-16"):
        self.style = root / ".clang-format"
        self.program = shutil.which(program) if self.style.is_file() else None
        self.done = {}

    def __call__(self, code):
        if not self.program:
            return code
        if code not in self.done:
            command = [self.program, f"--style=file:{self.style}", "--assume-filename=model.hpp"]
            self.done[code] = subprocess.run(command, input=code, capture_output=True, text=True, check=True).stdout
        return self.done[code]

    def row(self, row):
        """A row of a table, formatted as a statement and stripped of what made it one."""
        lines = self(f"void f() {{\n  {row};\n  g();\n}}\n").split("\n")[1:-3]
        return "\n".join("    " + line[2:] for line in lines).rstrip(";") + "\n"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def raw_string(text):
    mark = ""
    while f"){mark}\"" in text:
        mark += "x"
    return f'R"{mark}({text}){mark}"'


def number(value):
    return f"{value:,}".replace(",", "'") if abs(value) >= 10_000 else str(value)


class Declarations:
    """Makes the declarations of what is in a model; `tables` knows which patterns have a matcher."""

    def __init__(self, tables, model, formatter, house_sentences=None):
        self.tables, self.model, self.format = tables, model, formatter
        self.house_sentences = house_sentences or {}  # (line of a member, rules) -> what the tree says above it
        self.matchers = {plain_pattern(regex): name for name, regex in tables.patterns.items()}

    # model/rules.hpp

    def pattern(self, name):
        """The matcher of a shape's pattern, and whether the tree has it."""
        regex = self.model.traits(name)["pattern"]
        return (self.matchers[regex], True) if regex in self.matchers else (snake(name), False)

    def new_pattern(self, name):
        """The row of model/patterns.hpp for a pattern that no matcher implements."""
        regex, called = self.model.traits(name)["pattern"], snake(name)
        parts = [quoted(called), raw_string(regex), f"&detail::match_{called}"]
        return self.format(f"/// Shape {name}.\ninline constexpr Pattern {called}{{{', '.join(parts)}}};\n")

    def rules(self, name):
        shape, traits = self.model.shapes[name], self.model.traits(name)
        kind = "enumeration" if "enum" in shape else "document" if shape.get("document") else KINDS.get(shape["type"])
        parts = [f".shape = {quoted(name)}"] + ([f".kind = Kind::{kind}"] if kind else [])
        parts += [f".{key} = {number(traits[key])}" for key in ("min", "max") if key in traits]
        if "pattern" in traits:
            parts.append(f".pattern = &patterns::{self.pattern(name)[0]}")
        if traits.get("sensitive"):
            parts.append(".sensitive = true")
        parts += [f".{key} = &{traits[key]}" for key in ("member", "key") if key in traits]
        line = f"inline constexpr Rules {name}{{{', '.join(parts)}}};\n"
        if len(line) > WIDTH + 1:
            line = f"inline constexpr Rules {name}{{\n    {', '.join(parts)}}};\n"
        return self.format(line)

    # Enumerations

    def enumeration(self, name):
        spellings = self.model.shapes[name]["enum"]
        return self.format("\n".join(doc_lines(shape_sentence(self.model, name))) + "\n" +
                           enumeration(name, enumerators(spellings), spellings))

    def error_codes(self, names):
        """The enumeration of the codes of all modelled errors."""
        found = [snake(re.sub("(Exception|Error)$", "", name)) for name in names]
        return self.format("/// The codes of the modelled errors; compare with `error_code`.\n" +
                           enumeration("ErrorCode", found, names))

    # Structures and unions

    def member_type(self, name, member):
        row = self.model.shapes[name]["members"][member]
        plain = self.model.cpp_type(row["shape"]) or "/* no C++ type */"
        is_plain = self.model.is_required(name, member) or self.model.shapes[name].get("union")
        return plain if is_plain else f"std::optional<{plain}>"

    def member_name(self, name, member):
        """The member's C++ name, which must not be one that the structure has for itself."""
        shape, called = self.model.shapes[name], snake(member)
        own = ["shape", "error" if shape.get("exception") else "", "value" if shape.get("union") else ""]
        return called + "_" if called in own else called

    def member(self, name, member):
        """The `///` lines and the line of one member of a structure."""
        line = f"  {self.member_type(name, member)} {self.member_name(name, member)}{{}};"
        if self.model.shapes[name].get("exception"):  # whose one member speaks for itself
            return line + "\n"
        rules = self.model.rules(self.model.shapes[name]["members"][member]["shape"])
        sentence = member_sentence(self.model, name, member, self.house_sentences.get((line.strip(), rules)))
        return "\n".join([*doc_lines(sentence, 2), line]) + "\n"

    def row(self, name, member):
        """The row of one member in the table of its structure or union."""
        shape = self.model.shapes[name]
        row = shape["members"][member]
        rules = self.model.rules(row["shape"])
        flags = [flag for flag, on in (
            ("required", self.model.is_required(name, member)), ("idempotency_token", row.get("idempotencyToken")),
            ("legacy", row.get("legacy"))) if on]
        parts = [quoted(member)] + ([f"rules::{rules}"] if rules else []) + ([" | ".join(flags)] if flags else [])
        if shape.get("union"):
            return f"alternative<&Self::value, {list(shape['members']).index(member)}>({', '.join(parts)})"
        return f"field<&Self::{self.member_name(name, member)}>({', '.join(parts)})"

    def structure(self, name):
        shape = self.model.shapes.get(name, {"type": "structure", "members": {}})
        doc = doc_lines(shape_sentence(self.model, name))
        parts = [*doc, f"struct {name} {{"]
        if shape.get("union"):
            parts += self.union_members(name)
        elif shape.get("exception"):
            parts += [self.member(name, member).rstrip("\n") for member in shape["members"]]
            parts += ["", f"  static constexpr ErrorTraits error{{{self.error_traits(shape)}}};"]
        else:
            parts += [self.member(name, member).rstrip("\n") for member in shape["members"]]
        if shape["members"] and not shape.get("exception"):
            parts.append("")
        parts += [*self.table(name, shape), f"  friend bool operator==({name} const&, {name} const&) = default;", "};"]
        return self.format("\n".join(parts) + "\n")

    def table(self, name, shape):
        call = "union_of" if shape.get("union") else "structure"
        rows = [quoted(name)] + [self.row(name, member) for member in shape["members"]]
        end = ".marked_sensitive()" if shape.get("sensitive") else ""
        table = f"return {call}({', '.join(rows)}){end};"
        if not shape["members"]:
            return [f"  static consteval auto shape() {{ {table} }}"]
        if len(table) > WIDTH - 4:
            table = f"return {call}(\n        " + ",\n        ".join(rows) + f"){end};"
        return ["  template <class Self>", "  static consteval auto shape() {", f"    {table}", "  }"]

    def union_members(self, name):
        members = self.model.shapes[name]["members"]
        types = [self.member_type(name, member) for member in members]
        yield f"  Union<{', '.join(types)}> value{{}};"
        yield ""
        for index, (member, kind) in enumerate(zip(members, types)):
            yield (f"  [[nodiscard]] {kind} const* {self.member_name(name, member)}() const noexcept "
                   f"{{ return value.get_if<{index}>(); }}")

    def error_traits(self, shape):
        error = shape.get("error", {})
        parts = [f".http_status = {error.get('httpStatusCode', 500 if shape.get('fault') else 400)}"]
        if shape.get("fault"):
            parts.append(".server_fault = true")
        if "retryable" in shape:
            parts.append(f".retry = RetryKind::{'throttling' if shape['retryable'].get('throttling') else 'transient'}")
        if error.get("code"):
            parts.append(f".query_code = {quoted(error['code'])}")
        return ", ".join(parts)

    # Operations and waiters

    def operation(self, name):
        operation = self.model.operations[name]
        traits = [f".host_prefix = {quoted(self.model.host_prefix(name))}"] if self.model.host_prefix(name) else []
        traits += [f".{trait} = true" for trait in ("readonly", "idempotent") if operation.get(trait)]
        traits += [f".repeat = Repeat::{operation['repeat']}"] if "repeat" in operation else []
        traits += [f".{trait} = true" for trait, on in (
            ("gzip", self.model.compresses(name)), ("no_output", not operation.get("output"))) if on]
        parts = [*doc_lines(operation_sentence(self.model, name) + " Errors: see `Errors`."), f"struct {name} {{",
                 f"  static constexpr std::string_view name = {quoted(name)};"]
        if traits:
            parts.append(f"  static constexpr OperationTraits traits{{{', '.join(traits)}}};")
        parts += [f"  using Input = {self.model.input(name)};", f"  using Output = {self.model.output(name)};"]
        errors = f"  using Errors = healthlake::Errors<{', '.join(self.model.errors(name))}>;"
        if len(errors) > WIDTH:
            errors = "  using Errors = healthlake::Errors<\n      " + ",\n      ".join(self.model.errors(name)) + ">;"
        return self.format("\n".join([*parts, errors, "};"]) + "\n")

    def client_method(self, name):
        """The operation's line in client.hpp."""
        doc = operation_sentence(self.model, name).replace(", page by page.", "; one page, `pages` goes through all.")
        line = f"auto {snake(name)}({name}::Input const& input) {{ return call<{name}>(input); }}"
        code = self.format("class C {\n public:\n" + "\n".join(doc_lines(doc, 2)) + f"\n  {line}\n}};\n")
        return code.split("\n", 2)[2].rsplit("};", 1)[0]

    def list_of_types(self, alias, template, names):
        """A list of model/all.hpp."""
        names = sorted(names)
        code = f"using {alias} =\n    {template}<{', '.join(names)}>;\n"
        return self.format(code) if self.format.program else code.replace(", ", f",\n    {' ' * len(template)} ")

    def waiter(self, name):
        waiter = self.model.waiters[name]
        paths = {row["argument"] for row in waiter["acceptors"] if row["matcher"] == "path"}
        shared = paths.pop() if len(paths) == 1 else None
        called = shared and snake(words(shared)[-1])
        parts = [*doc_lines(self.waiter_sentence(waiter)), f"struct {name} {{",
                 f"  static constexpr std::string_view name = {quoted(name)};",
                 f"  using Operation = {waiter['operation']};",
                 f"  static constexpr Milliseconds delay{{{number(waiter['delay'] * 1000)}}};",
                 f"  static constexpr unsigned max_attempts = {waiter['maxAttempts']};"]
        if shared:
            parts.append(f"  static constexpr std::string_view {called} = {quoted(shared)};")
        for table in ("acceptors", "own_acceptors"):
            rows = waiter.get("ownAcceptors" if table == "own_acceptors" else table)
            if rows is None:
                continue
            # Deduced by `auto`: g++ 12 places a `constexpr std::array table{...}` in RAM.
            parts.append(f"  static constexpr auto {table} = std::array{{")
            for row in rows:
                what = (".matcher = Acceptor::Matcher::error" if row["matcher"] == "error" else
                        f".path = {called or quoted(row['argument'])}")
                parts.append(f"      Acceptor{{{what}, .expected = {quoted(str(row['expected']))}, "
                             f".state = WaiterState::{'success' if row['state'] == 'success' else 'failure'}}},")
            parts.append("  };")
        if "notFoundMilliseconds" in waiter:
            parts.append(f"  static constexpr Milliseconds not_found{{{number(waiter['notFoundMilliseconds'])}}};")
        return self.format("\n".join([*parts, "};"]) + "\n")

    @staticmethod
    def waiter_sentence(waiter):
        good = [row for row in waiter["acceptors"] if row["state"] == "success"]
        ends = [f"{row['argument'].split('.')[-1]} is {row['expected']}" if row["matcher"] == "path" else
                f"the error is {row['expected']}" for row in good]
        return (f"Polls {waiter['operation']} until {' or '.join(ends) or 'it fails'}. Delay and attempts are those of "
                "the service model; see WaitOptions.")

    def page_row(self, name, header):
        """The operation's row in docs/operations.md."""
        says = operation_sentence(self.model, name).rstrip(".")
        return f"| `{name}` | `model/{header}.hpp` | {says[:1].lower()}{says[1:]} |\n"


def enumerators(spellings):
    """The C++ name of each value; two values of the same name get a number, and so does one named like `unknown`."""
    names = ["unknown"]
    for spelling in spellings:
        name, count = snake(spelling), 2
        while name in names:
            name = f"{snake(spelling)}_{count}"
            count += 1
        names.append(name)
    return names[1:]


def enumeration(name, names, spellings):
    names = [*names, "unknown = EnumValue::unknown"]
    head = f"enum class {name} : std::uint16_t {{ {', '.join(names)} }};"
    if len(head) > WIDTH:
        head = f"enum class {name} : std::uint16_t {{\n  " + ",\n  ".join(names) + "\n};"
    body = f"return spelled({', '.join(map(quoted, [name, *spellings]))});"
    line = f"consteval auto enumeration({name}) {{ {body} }}"
    if len(line) > WIDTH:
        line = f"consteval auto enumeration({name}) {{\n  {body}\n}}"
    return f"{head}\n{line}\n"
