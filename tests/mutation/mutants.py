"""Finds the mutants of a C++ file: places where the code could be a little wrong, and how.

- Conditions of if, while, for, do and ?: are negated; && and || are exchanged and reduced to their left side.
- Comparisons are moved by one (< and <=, > and >=) and negated; == and != are exchanged.
- + and - are exchanged, * and /, << and >>, & and |, also in +=, -=, &= and |=; ++ and --.
- Integer and character constants are changed by one in both directions; true and false are exchanged.
- A statement that is an expression is deleted; `return` in a function of type bool returns the opposite.
- Two neighbouring arguments of the same type are exchanged, except those of min and max.

What the compiler computes (constexpr variables, template arguments, bounds of arrays, static assertions, case labels,
`if constexpr`) cannot be switched at run time: such places are counted, not changed. All mutants of a file are in one
text; `hlm(N)` says whether mutant N is the active one.
"""
import ctypes
import dataclasses
import re

import clang.cindex as ci

K = ci.CursorKind

COMPARISONS = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="]}
ARITHMETIC = {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"], "<<": [">>"], ">>": ["<<"], "&": ["|"],
              "|": ["&"], "^": ["|"], "&&": ["||"], "||": ["&&"]}
ASSIGNMENTS = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "&=": "|=", "|=": "&=", "<<=": ">>=", ">>=": "<<="}
CONDITIONS = {K.IF_STMT, K.WHILE_STMT, K.DO_STMT, K.FOR_STMT, K.CONDITIONAL_OPERATOR}
LITERALS = {K.INTEGER_LITERAL, K.CHARACTER_LITERAL, K.CXX_BOOL_LITERAL_EXPR}
INTEGERS = {getattr(ci.TypeKind, name) for name in
            "BOOL CHAR_S CHAR_U SCHAR UCHAR SHORT USHORT INT UINT LONG ULONG LONGLONG ULONGLONG".split()}
EXPRESSION_STATEMENTS = {K.CALL_EXPR, K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR, K.UNARY_OPERATOR,
                         K.UNEXPOSED_EXPR, K.CXX_THROW_EXPR}


def on_one_line(code):
    """The code without comments and line ends; those in literals stay."""
    literal_or_comment = r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])+\'(?![0-9a-fA-F])|//[^\n]*|/\*.*?\*/'
    without = re.sub(literal_or_comment, lambda found: " " if found[0].startswith("/") else found[0], code, flags=re.S)
    return without.replace("\n", " ")


def is_constant(variable):
    """A const integer with a constant initializer, which the compiler computes although nobody says constexpr."""
    if not variable.type.is_const_qualified() or variable.type.get_canonical().kind not in INTEGERS:
        return False
    lib = ci.conf.lib
    lib.clang_Cursor_Evaluate.argtypes, lib.clang_Cursor_Evaluate.restype = [ci.Cursor], ctypes.c_void_p
    lib.clang_EvalResult_getKind.argtypes = lib.clang_EvalResult_dispose.argtypes = [ctypes.c_void_p]
    result = lib.clang_Cursor_Evaluate(variable)
    if not result:
        return False
    kind = lib.clang_EvalResult_getKind(result)
    lib.clang_EvalResult_dispose(result)
    return kind == 1


@dataclasses.dataclass
class Mutant:
    line: int
    kind: str
    before: str
    after: str
    number: int = 0


@dataclasses.dataclass
class Site:
    """A range of the file. `mutants` replace it as a whole; a statement is switched off instead."""
    begin: int
    end: int
    statement: bool = False
    mutants: list = dataclasses.field(default_factory=list)
    inner: list = dataclasses.field(default_factory=list)


class File:
    def __init__(self, path, text, unit):
        self.text = text
        self.data = text.encode()
        self.path = str(path)
        self.sites = {}
        self.left_out = 0
        self._visit(unit.cursor, None, False)

    # Cursors of clang count bytes.
    def _range(self, cursor):
        extent = cursor.extent
        if not extent.start.file or extent.start.file.name != self.path or extent.end.file.name != self.path:
            return None
        return extent.start.offset, extent.end.offset

    def _raw(self, begin, end):
        return self.data[begin:end].decode()

    def _add(self, cursor, kind, after, statement=False):
        place = self._range(cursor)
        if not place or place[0] >= place[1]:
            return
        before = self._raw(*place)
        site = self.sites.setdefault((*place, statement), Site(*place, statement))
        if not any(mutant.after == after for mutant in site.mutants):
            site.mutants.append(Mutant(cursor.extent.start.line, kind, before, after))

    def _visit(self, cursor, function, fixed):
        for child in cursor.get_children():
            if cursor.kind == K.TRANSLATION_UNIT and not (child.location.file and child.location.file.name == self.path):
                continue
            inside = child if child.kind in (K.FUNCTION_DECL, K.CXX_METHOD, K.FUNCTION_TEMPLATE, K.CONSTRUCTOR,
                                             K.DESTRUCTOR, K.CONVERSION_FUNCTION, K.LAMBDA_EXPR) else function
            computed = fixed or self._is_computed(cursor, child)
            if inside is not None:
                self._look_at(cursor, child, inside, computed)
            self._visit(child, inside, computed)

    def _is_computed(self, parent, child):
        if child.kind in (K.STATIC_ASSERT, K.ENUM_CONSTANT_DECL, K.TEMPLATE_NON_TYPE_PARAMETER, K.TYPE_ALIAS_DECL,
                          K.TYPE_REF, K.TEMPLATE_REF, K.PARM_DECL):
            return True
        if parent.kind in (K.DECL_REF_EXPR, K.MEMBER_REF_EXPR) and child.kind in LITERALS:
            return True  # a template argument
        words = self._head(child)
        if parent.kind in (K.VAR_DECL, K.FIELD_DECL) and child.kind != K.INIT_LIST_EXPR and self._is_bound(child):
            return True
        if child.kind == K.VAR_DECL:
            return "constexpr" in words or "constinit" in words or is_constant(child)
        if child.kind in (K.FUNCTION_DECL, K.CXX_METHOD, K.FUNCTION_TEMPLATE, K.CONSTRUCTOR):
            return "consteval" in words
        if child.kind == K.IF_STMT:
            return False
        first = next(parent.get_children(), None)
        is_first = first is not None and first.extent == child.extent
        if parent.kind == K.CASE_STMT:
            return is_first
        return parent.kind == K.IF_STMT and is_first and re.match(r"if\s+constexpr\b", self._head(parent)) is not None

    def _is_bound(self, child):
        """The bound of an array, or a number among the arguments of its template."""
        place = self._range(child)
        return place is not None and (self.data[:place[0]].rstrip().endswith(b"[") or
                                      child.kind in (K.INTEGER_LITERAL, K.UNEXPOSED_EXPR) and
                                      re.match(rb"\s*>", self.data[place[1]:]) is not None)

    def _head(self, cursor):
        place = self._range(cursor)
        if place is None and cursor.location.file and cursor.location.file.name == self.path:
            # libclang has no extent of a function template that is one by a parameter of type auto.
            begin = self.data.rfind(b"\n", 0, cursor.location.offset) + 1
            place = begin, len(self.data)
        return self._raw(place[0], min(place[1], place[0] + 200)).split("{")[0].split("=")[0] if place else ""

    def _look_at(self, parent, child, function, computed):
        before = sum(len(site.mutants) for site in self.sites.values())
        sites = dict(self.sites)
        self._mutate(parent, child, function)
        if computed:
            # Undone, but counted.
            added = sum(len(site.mutants) for site in self.sites.values()) - before
            self.left_out += added
            for key in set(self.sites) - set(sites):
                del self.sites[key]

    def _mutate(self, parent, child, function):
        kind = child.kind
        place = self._range(child)
        if not place:
            return
        if kind == K.BINARY_OPERATOR:
            self._binary(child)
        elif kind == K.COMPOUND_ASSIGNMENT_OPERATOR:
            self._assignment(child)
        elif kind == K.UNARY_OPERATOR:
            self._unary(child)
        elif kind == K.INTEGER_LITERAL and place[0] < place[1]:
            raw = self._raw(*place)
            self._add(child, "constant", f"{raw} + 1")
            if raw != "0":
                self._add(child, "constant", f"{raw} - 1")
        elif kind == K.CHARACTER_LITERAL:
            for sign in "+-":
                self._add(child, "character", f"static_cast<char>({self._raw(*place)} {sign} 1)")
        elif kind == K.CXX_BOOL_LITERAL_EXPR:
            raw = self._raw(*place)
            if raw in ("true", "false"):
                self._add(child, "boolean", "false" if raw == "true" else "true")
        elif kind == K.CALL_EXPR:
            self._arguments(child)
        if parent.kind in CONDITIONS and self._is_condition(parent, child):
            self._add(child, "condition", f"!({self._raw(*place)})")
        if parent.kind == K.RETURN_STMT and self._returns_bool(function):
            self._add(child, "return", f"!({self._raw(*place)})")
        if parent.kind == K.COMPOUND_STMT and kind in EXPRESSION_STATEMENTS or self._is_body(parent, child):
            self._add(child, "statement", "", statement=True)

    def _is_condition(self, parent, child):
        if child.kind in (K.DECL_STMT, K.VAR_DECL, K.COMPOUND_STMT) or child.kind.is_statement():
            return False
        place, whole = self._range(child), self._range(parent)
        if not place or not whole:
            return False
        if parent.kind == K.CONDITIONAL_OPERATOR:
            return place[0] == whole[0]
        lead = self._raw(whole[0], place[0])
        if parent.kind == K.FOR_STMT:
            return lead.count(";") == 1 and self._raw(place[1], place[1] + 2).lstrip().startswith(";")
        if parent.kind == K.DO_STMT:
            return lead.rstrip().endswith("while (")
        return re.fullmatch(r"(if|while)\s*\((.*;\s*)?", lead, re.S) is not None

    def _is_body(self, parent, child):
        """An expression statement without braces, after if, else, for or while."""
        if parent.kind not in (K.IF_STMT, K.FOR_STMT, K.WHILE_STMT, K.CXX_FOR_RANGE_STMT) or \
                child.kind not in EXPRESSION_STATEMENTS:
            return False
        place, whole = self._range(child), self._range(parent)
        if not place or not whole or not self._raw(place[1], place[1] + 1) == ";":
            return False
        lead = self._raw(whole[0], place[0]).rstrip()
        return lead.endswith(")") or lead.endswith("else")

    @staticmethod
    def _returns_bool(function):
        return function.kind in (K.FUNCTION_DECL, K.CXX_METHOD, K.FUNCTION_TEMPLATE, K.CONVERSION_FUNCTION) and \
            function.result_type.get_canonical().spelling == "bool"

    def _operator(self, left, right):
        a, b = self._range(left), self._range(right)
        if not a or not b:
            return None
        found = re.search(r"[-+*/%<>=!&|^]+", re.sub(r"/\*.*?\*/|//[^\n]*", "", self._raw(a[1], b[0])))
        return found and found[0]

    def _binary(self, cursor):
        parts = list(cursor.get_children())
        if len(parts) != 2:
            return
        sign = self._operator(*parts)
        if not sign:
            return
        left, right = (self._raw(*self._range(part)) for part in parts)
        for other in COMPARISONS.get(sign, []):
            self._add(cursor, "comparison", f"{left} {other} {right}")
        for other in ARITHMETIC.get(sign, []):
            self._add(cursor, "operator", f"({left}) {other} ({right})")
        if sign in ("&&", "||"):
            self._add(cursor, "operator", f"static_cast<bool>({left})")

    def _assignment(self, cursor):
        parts = list(cursor.get_children())
        sign = self._operator(*parts) if len(parts) == 2 else None
        if sign in ASSIGNMENTS:
            left, right = (self._raw(*self._range(part)) for part in parts)
            self._add(cursor, "operator", f"{left} {ASSIGNMENTS[sign]} {right}")

    def _unary(self, cursor):
        raw = self._raw(*self._range(cursor))
        if raw.startswith(("++", "--")):
            self._add(cursor, "operator", ("--" if raw[0] == "+" else "++") + raw[2:])
        elif raw.endswith(("++", "--")):
            self._add(cursor, "operator", raw[:-2] + ("--" if raw[-1] == "+" else "++"))
        elif raw.startswith("!"):
            self._add(cursor, "condition", f"static_cast<bool>({raw[1:]})")

    def _arguments(self, cursor):
        given = list(cursor.get_arguments())
        if re.match(r"\(?(std::)?(min|max)\b", self._raw(*self._range(cursor))):
            return
        for first, second in zip(given, given[1:]):
            a, b = self._range(first), self._range(second)
            # An operator has no comma between its operands.
            if not a or not b or a[1] > b[0] or "," not in self._raw(a[1], b[0]):
                continue
            types = {part.type.get_canonical().spelling.replace("const ", "") for part in (first, second)}
            one, two = self._raw(*a), self._raw(*b)
            if len(types) != 1 or "dependent" in next(iter(types)) or one == two or "[" in one[:1] + two[:1]:
                continue
            place = self._range(cursor)
            after = self._raw(place[0], a[0]) + two + self._raw(a[1], b[0]) + one + self._raw(b[1], place[1])
            self._add(cursor, "arguments", after)

    def number(self, first):
        """Numbers the mutants from `first` on and returns the next free number."""
        for site in sorted(self.sites.values(), key=lambda site: (site.begin, -site.end)):
            for mutant in site.mutants:
                mutant.number = first
                first += 1
        return first

    def mutants(self):
        return [mutant for site in self.sites.values() for mutant in site.mutants]

    def rewritten(self, dropped):
        """The file with all mutants but those in `dropped`."""
        root = Site(0, len(self.data))
        stack = [root]
        for site in sorted(self.sites.values(), key=lambda site: (site.begin, -site.end, not site.statement)):
            site.inner = []
            while site.begin >= stack[-1].end:
                stack.pop()
            if site.end > stack[-1].end:
                continue  # ranges that overlap without being nested come from macros
            stack[-1].inner.append(site)
            stack.append(site)
        return self._render(root, dropped)

    def _render(self, site, dropped):
        out, at = [], site.begin
        for inner in site.inner:
            out.append(self._raw(at, inner.begin))
            out.append(self._render(inner, dropped))
            at = inner.end
            if inner.statement and any(mutant.number not in dropped for mutant in inner.mutants):
                # The statement's semicolon is inside of its braces now.
                at += len(re.match(rb"\s*;?", self.data[at:])[0])
        out.append(self._raw(at, site.end))
        text = "".join(out)
        live = [mutant for mutant in site.mutants if mutant.number not in dropped]
        if not live:
            return text
        # A line for each mutant: that is how the compiler names the ones that it rejects.
        if site.statement:
            return f"{{ if (!hlm({live[0].number})) {{ {text}; }} }}"
        choices = "".join(f"hlm({mutant.number}) ? ({on_one_line(mutant.after)}) :\n" for mutant in live)
        return f"(\n{choices}({text}))"
