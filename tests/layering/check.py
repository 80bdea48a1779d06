#!/usr/bin/env python3
"""Checks the layers of include/healthlake: which header may include which, and what each layer compiles without.

  arrows    every #include of every header is one that its row of RULES allows; no parameter of class type has a default
  cycles    no header includes itself through others
  split     an impl/*.ipp belongs to the header of its name, which includes it last and only where it compiles the bodies
            itself; for programs that compile them once, exactly one src.hpp includes it
  text      only text/ handles characters: no ranges, arithmetic, alphabets or UTF-8 bits elsewhere
  order     header-only, bodies are read at the end of their header; no file includes a header that is half read then,
            whichever header a program includes first
  alone     every header compiles by itself, included twice, and its bodies with nothing but what they and the header
            include; all but the adapters without exceptions and RTTI. This needs the separate mode only, where no header
            brings the bodies of others; header-only, `order` holds, and the other checks compile all headers at once
  no JSON   core/, model/, http/ and sign/ compile when nlohmann/json is an #error
  no OS     all but the adapters compile when the headers of crypto, sockets and the system are an #error
  language  under C++17, the first error of every header says that C++20 is required: its includes come first, and the
            preprocessor finds the #error
  macros    every header compiles after the macros that windows.h, Arduino and Xlib are known for

Exit status: 0 if there are no problems, 1 otherwise, also if there are no headers.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import NamedTuple

PURE = set("""algorithm array atomic bit cassert charconv climits cmath compare concepts cstddef cstdint cstring deque
forward_list functional initializer_list iterator limits list map memory new numeric optional set span string string_view
tuple system_error type_traits unordered_map unordered_set utility variant vector version""".split())
STANDARD = PURE | set("""any chrono cinttypes condition_variable cstdio cstdlib ctime exception filesystem fstream iomanip
ios iosfwd iostream istream mutex ostream queue random ranges source_location sstream stack stdexcept stop_token
streambuf thread""".split())
JSON = {"nlohmann/json.hpp", "nlohmann/json_fwd.hpp"}


class Rule(NamedTuple):
    pattern: str  # matched against the path below include/healthlake/
    layers: list  # directories, and single headers, that it may include besides its own directory
    outside: set  # other headers that it may include; a name ending in / is a directory
    adapter: bool = False  # may throw, and may include what the rest must compile without


POSIX_FILES = {"cerrno", "dirent.h", "fcntl.h", "unistd.h", "sys/file.h", "sys/resource.h", "sys/stat.h", "sys/types.h"}
POSIX_PROCESSES = {"csignal", "poll.h", "pwd.h", "spawn.h", "sys/wait.h"}
BELOW_SERVER = ["text", "core", "model", "http", "sign", "json", "protocol"]
TRANSPORT = ["text", "core", "http"]
# The parts of flow/ that know no operation.
FLOW_PARTS = ["flow/step.hpp", "flow/entropy.hpp", "flow/pause.hpp", "flow/retry.hpp", "flow/time_limit.hpp"]
# URIs, buckets and keys.
S3 = "model/s3_location.hpp"

EVERYWHERE = ["version.hpp", "owner.hpp"]

# The first matching row counts. A header without a matching row is an error. Every header may include those of
# EVERYWHERE. An impl/*.ipp has the rule of its header.
RULES = [
    Rule(r"version\.hpp", [], set()),
    Rule(r"owner\.hpp", [], set()),
    Rule(r"text/.*", [], PURE),
    Rule(r"core/chrono\.hpp", ["text"], PURE | {"chrono", "ratio"}, adapter=True),
    Rule(r"core/real\.hpp", ["text"], PURE | {"clocale", "cstdlib"}),
    Rule(r"core/result\.hpp", ["text"], PURE | {"cstdlib"}),
    Rule(r"core/.*", ["text"], PURE),
    Rule(r"model/.*", ["text", "core"], PURE),
    Rule(r"http/.*", ["text", "core"], PURE),
    Rule(r"sign/openssl\.hpp", [], PURE | {"openssl/"}, adapter=True),
    Rule(r"sign/mbedtls\.hpp", [], PURE | {"mbedtls/"}, adapter=True),
    Rule(r"sign/environment\.hpp", [], PURE | {"cstdlib"}),
    Rule(r"sign/.*", ["text", "core", "http"], PURE),
    Rule(r"json/(dom|nlohmann_tokenizer)\.hpp", ["text", "core"], PURE | JSON),
    Rule(r"json/.*", ["text", "core"], PURE),
    Rule(r"protocol/.*", ["text", "core", "model", "http", "json"], PURE),
    Rule(r"flow/step\.hpp", ["text", "core", "http"], PURE),
    Rule(r"flow/.*", ["text", "core", "model", "http", "protocol"], PURE),
    Rule(r"runtime/random\.hpp", [], STANDARD | {"sys/mman.h", "unistd.h"}, adapter=True),
    Rule(r"runtime/.*", ["core"], STANDARD, adapter=True),
    Rule(r"transport/curl_openssl\.hpp", TRANSPORT, PURE | {"cerrno", "openssl/"}, adapter=True),
    Rule(r"transport/curl(_\w+)?\.hpp", TRANSPORT, STANDARD | {"curl/", "unistd.h"}, adapter=True),
    Rule(r"transport/beast(_\w+)?\.hpp", TRANSPORT, STANDARD | {"boost/", "openssl/"}, adapter=True),
    Rule(r"transport/.*", TRANSPORT, PURE),
    Rule(r"credentials/system(_src)?\.hpp", ["core", "sign"], STANDARD | POSIX_FILES | POSIX_PROCESSES, adapter=True),
    Rule(r"credentials/expat\.hpp", [], PURE | {"expat.h"}, adapter=True),
    Rule(r"credentials/blocking\.hpp", ["core", "http", "sign", "drive.hpp", "flow/step.hpp"], STANDARD, adapter=True),
    Rule(r"credentials/.*", ["text", "core", "http", "json", "sign", *FLOW_PARTS], PURE),
    Rule(r"server/.*", BELOW_SERVER, PURE),
    Rule(r"testing/fuzz\.hpp", ["text", "http"], STANDARD, adapter=True),
    Rule(r"rest/.*", [layer for layer in BELOW_SERVER if layer != "sign"], PURE),
    Rule(r"testing/wire_.*", ["text", "http"], PURE),
    Rule(r"testing/.*", ["text", "core", "model", "json"], PURE),
    Rule(r"local/storage/(posix_file|data_directory|file_store|file_journal|src)\.hpp", ["text", "core", S3],
         STANDARD | POSIX_FILES, adapter=True),
    Rule(r"local/storage/.*", ["text", "core", S3], PURE),
    Rule(r"local/.*", [*BELOW_SERVER, "rest", "server", "local/storage"], STANDARD),
    Rule(r"drive\.hpp", ["text", "core", "http", "sign", "flow/step.hpp"], PURE),
    Rule(r"client\.hpp", ["text", "core", "model", "http", "sign", "flow", "drive.hpp"], PURE),
    Rule(r"src\.hpp", [*BELOW_SERVER, "flow", "drive.hpp", "client.hpp"], PURE),
    Rule(r"healthlake\.hpp", [*BELOW_SERVER, "flow", "drive.hpp", "client.hpp"], PURE),
]

WITHOUT_JSON = ("text", "core", "model", "http", "sign")
# The standard library never includes these.
FOREIGN = ["openssl/evp.h", "openssl/hmac.h", "openssl/sha.h", "openssl/ssl.h", "openssl/crypto.h", "openssl/rand.h",
           "mbedtls/md.h", "mbedtls/sha256.h", "mbedtls/config.h", "mbedtls/version.h", "mbedtls/platform_util.h",
           "psa/crypto.h", "curl/curl.h", "expat.h", "boost/config.hpp", "boost/version.hpp", "boost/asio.hpp",
           "boost/beast.hpp", "boost/beast/core.hpp", "boost/beast/http.hpp", "boost/asio/io_context.hpp"]
# It may include these: each is poisoned unless nlohmann/json or a standard header that ours include needs it.
SYSTEM = ["sys/socket.h", "sys/types.h", "sys/stat.h", "sys/time.h", "sys/random.h", "sys/mman.h", "sys/select.h",
          "netinet/in.h", "netinet/tcp.h", "arpa/inet.h", "netdb.h", "poll.h", "unistd.h", "fcntl.h", "dirent.h",
          "signal.h", "pthread.h", "time.h", "errno.h", "thread", "mutex", "chrono", "random", "iostream", "fstream",
          "filesystem", "regex", "future", "condition_variable", "sstream", "ctime"]

# Macros of other people's headers. Each is defined after all foreign headers that a header of ours includes.
FUNCTION_MACROS = ["min(a, b)", "max(a, b)", "abs(x)", "round(x)", "F(s)", "bit(b)", "word(h, l)"]
OBJECT_MACROS = ["small", "near", "far", "interface", "ERROR", "IN", "OUT", "OPTIONAL", "DELETE", "DEFAULT", "B1", "PI",
                 "HIGH", "LOW", "None", "Bool", "Status", "Success"]

# A parameter of class type; views own nothing.
BY_VALUE_WITH_DEFAULT = r"[(,]\s*((?:[A-Z]|std::(?!string_view|span))\w*(?:<[^()]*>)?) \w+ = \{\}[,)]"

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"]
STRICT = ["-fno-exceptions", "-fno-rtti"]


SEPARATE = "-DHEALTHLAKE_SEPARATE_COMPILATION"


def files_of(root, suffix):
    return sorted(str(path.relative_to(root / "healthlake")) for path in (root / "healthlake").rglob(f"*.{suffix}"))


def headers_of(root):
    return files_of(root, "hpp")


def is_src(name):
    """Whether a header holds the bodies for programs that compile them once."""
    return re.search(r"(^|[/_])src\.hpp$", name) is not None


def header_of(name):
    """`sign/sigv4.hpp` of `sign/impl/sigv4.ipp`; a header itself."""
    return re.sub(r"(^|/)impl/(\w+)\.ipp$", r"\1\2.hpp", name)


def bodies_of(header):
    folder, _, file = header.rpartition("/")
    return f"{folder}/impl/{file[:-3]}ipp" if folder else f"impl/{file[:-3]}ipp"


def usable(folders):
    """Compilers search /usr/include by default; naming it again would change the search order."""
    return [folder for folder in folders if folder not in ("", "/usr/include")]


def rule_of(name):
    name = header_of(name)
    return next((rule for rule in RULES if re.fullmatch(rule.pattern, name)), None)


def folder_of(name):
    """`local/storage` of `local/storage/journal.hpp`; a header outside the directories is its own group."""
    name = header_of(name)
    return name.rpartition("/")[0] or name


def includes_of(text):
    """The (form, name) of each #include that is not in a comment; form is `<` or `"`."""
    comment_or_text = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.S)
    code = comment_or_text.sub(lambda m: m.group(0) if m.group(0).startswith('"') else " ", text)
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', code, re.M)


def own_includes(root, name):
    """The files of ours that a file includes, as paths below healthlake/."""
    return [target.removeprefix("healthlake/")
            for form, target in includes_of((root / "healthlake" / name).read_text()) if form == '"']


def check_arrows(root, names):
    problems = []
    for name in names:
        rule = rule_of(name)
        if rule is None:
            problems.append(f"{name}: no rule for it; add a row to RULES in tests/layering/check.py")
            continue
        own = folder_of(name)
        text = (root / "healthlake" / name).read_text()
        if re.search(r"^[ \t]*#[ \t]*include\b(?![ \t]*[<\"])", text, re.M):
            problems.append(f"{name}: has a computed #include, which this check cannot read")
        for form, target in includes_of(text):
            if target.startswith("healthlake/") or form == '"':
                inner = target.removeprefix("healthlake/")
                if form != '"' or inner == target:
                    problems.append(f'{name}: includes {target}; write headers of this library as "healthlake/..."')
                elif inner not in names:
                    problems.append(f"{name}: includes {target}, which does not exist")
                elif inner.endswith(".ipp") and inner != bodies_of(name) and not is_src(name):
                    problems.append(f"{name}: includes {target}, which only its header and a src.hpp may")
                elif not {inner, folder_of(inner)} & {*rule.layers, own, *EVERYWHERE}:
                    problems.append(f"{name}: includes {target}, which is not a layer below it")
                elif rule_of(inner) is not None and rule_of(inner).adapter and not rule.adapter:
                    problems.append(f"{name}: includes the adapter {target}")
            elif target not in rule.outside and target.split("/")[0] + "/" not in rule.outside:
                problems.append(f"{name}: includes <{target}>, which its layer must not include")
        if name != "version.hpp" and not any(target.startswith("healthlake/") for _, target in includes_of(text)):
            problems.append(f"{name}: must include healthlake/version.hpp, or a header that does")
        # A compiler that copies such a temporary of a coroutine byte by byte is still in use (g++ 12).
        for parameter in re.findall(BY_VALUE_WITH_DEFAULT, text):
            problems.append(f"{name}: a parameter of type {parameter} by value with a default; write an overload")
        if not rule.adapter and "std::function<" in text and own in WITHOUT_JSON:
            problems.append(f"{name}: std::function is not allowed in {own}/")
    return problems


GUARDED = "#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)\n#include \"healthlake/{}\"\n#endif\n"


def check_split(root, names):
    """`names` are headers and .ipp files."""
    texts = {name: (root / "healthlake" / name).read_text() for name in names}
    problems = []
    for name, text in texts.items():
        if name.endswith(".ipp"):
            header = header_of(name)
            if header == name or header not in texts:
                problems.append(f"{name}: is not impl/<header>.ipp beside a header of that name")
            elif not texts[header].endswith("\n" + GUARDED.format(name)):
                problems.append(f"{header}: must end with the include of {name} for the header-only mode")
            if f'#include "healthlake/{header}"\n' not in text:
                problems.append(f"{name}: must include {header}")
            sources = [src for src in texts if is_src(src) and f'#include "healthlake/{name}"\n' in texts[src]]
            if len(sources) != 1:
                problems.append(f"{name}: is included by {sources or 'no src.hpp'}; expected exactly one src.hpp")
        elif "HEALTHLAKE_DECL" in text and name != "version.hpp":
            problems.append(f"{name}: HEALTHLAKE_DECL stands before definitions in .ipp files only")
        elif bodies_of(name) not in texts and not is_src(name) and name != "version.hpp" and \
                "HEALTHLAKE_SEPARATE_COMPILATION" in text:
            problems.append(f"{name}: depends on the mode of compilation, but has no {bodies_of(name)}")
    return problems


def check_language(root, names):
    """Nothing of a header may stand before its first include of another, so that version.hpp speaks first."""
    problems = []
    for name in names:
        text = (root / "healthlake" / name).read_text()
        start = re.split(r'^[ \t]*#[ \t]*include[ \t]*"healthlake/', text, maxsplit=1, flags=re.M)[0]
        code = [line for line in re.sub(r"//[^\n]*|/\*.*?\*/", "", start, flags=re.S).splitlines()
                if line.strip() and not re.match(r"[ \t]*#[ \t]*(?!define\b)", line)]
        if code and name != "version.hpp":
            problems.append(f"{name}: has code before its first include of this library: {code[0].strip()}")
    return problems


def check_circles(root, names):
    """Each include cycle once, as its headers. A header's own .ipp is behind its last line, so it closes no circle."""
    targets = {name: [target for target in own_includes(root, name) if not target.endswith(".ipp")] for name in names}
    problems, finished = [], set()

    def visit(name, path):
        if name in path:
            problems.append("include cycle: " + " -> ".join([*path[path.index(name):], name]))
        elif name in targets and name not in finished:
            for target in targets[name]:
                visit(target, [*path, name])
            finished.add(name)

    for name in names:
        visit(name, [])
    return problems


def check_order(root, names):
    """`names` are headers and .ipp files. Bodies may include what includes their header, which a program may have begun
    with: then their declarations would not be there yet."""
    targets = {name: own_includes(root, name) for name in names}
    problems = set()

    def read(name, path, seen):
        seen.add(name)
        path.append(name)
        for target in targets[name]:
            # A header whose own bodies are read next has nothing left to declare.
            if target in path and bodies_of(target) not in path:
                problems.add(f"{path[0]}: a program that includes it first reads {name} before {target}, which that needs")
            elif target in targets and target not in seen:
                read(target, path, seen)
        path.pop()

    for name in names:
        if not name.endswith(".ipp") and not is_src(name):
            read(name, [], set())
    return sorted(problems)


CHARACTER = r"(?:u8|[uUL])?'(?:\\.[^'\n]*|[^'\\\n])'"
LETTER_OR_DIGIT = r"(?:u8|[uUL])?'[0-9A-Za-z]'"
# What must not be written outside text/, and what to use instead.
SPELLED = [
    (rf"(?<![<>])[<>]=? *{CHARACTER}|{CHARACTER} *[<>]=?(?![<>])", "compares with a character; use a name from "
                                                                  "text/ascii.hpp, or AsciiSet"),
    (rf"[-+] *{LETTER_OR_DIGIT}|{LETTER_OR_DIGIT} *[-+]", "does arithmetic on a character; use digit_value, digit_of or "
                                                          "hex_value in text/"),
    (rf"\.\.\. *{CHARACTER}", "has a range of characters; use a name from text/ascii.hpp, or AsciiSet"),
    (r"\b(?:is(?:alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit)|to(?:lower|upper))\(",
     "calls a character function of the C library; use text/ascii.hpp"),
    (r"0x(?:C0|3F)[uU]?\b", "decodes or encodes UTF-8; use text/utf8.hpp"),
]
ALPHABET = re.compile(r"0123456789|abcdef", re.I)


def check_characters(root, names):
    token = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?\*/)|R"(?P<mark>[^(\s]*)\((?P<raw>.*?)\)(?P=mark)"|"""
                       r""""(?P<text>(?:\\.|[^"\\\n])*)"|(?P<number>\b\d[\w.]*(?:'\w+)+)|"""
                       r"""(?P<character>'(?:\\.[^'\n]*|[^'\\\n])')""", re.S)
    problems = []
    for name in names:
        if name.startswith("text/"):
            continue
        texts = []

        def plain(match):
            if match["character"]:
                return match[0]
            texts.append(match["text"] or match["raw"] or "")
            return "0" if match["number"] else " "

        code = token.sub(plain, (root / "healthlake" / name).read_text())
        for pattern, what in SPELLED:
            problems += [f"{name}: `{found[0].strip()}` {what}" for found in re.finditer(pattern, code)]
        problems += [f'{name}: "{text[:60]}" spells an alphabet; use text/ascii.hpp or text/hex.hpp'
                     for text in texts if ALPHABET.search(text)]
    return problems


class Compiler:
    def __init__(self, command, root, json_include):
        self.command, self.root = command, root
        self.json = [flag for folder in json_include for flag in ("-isystem", folder)]

    def run(self, names, flags=(), first=(), mode=("-fsyntax-only",), before="", language="c++"):
        source = before + "".join(f'#include "{name}"\n' if "/" in name and name.startswith("healthlake/") else
                         f"#include <{name}>\n" for name in names)
        command = [self.command, "-std=c++20", *WARNINGS, *flags, *(f"-I{folder}" for folder in first),
                   f"-I{self.root}", *self.json, *mode, "-x", language, "-"]
        return subprocess.run(command, input=source, text=True, capture_output=True)

    def errors(self, what, names, **options):
        done = self.run(names, **options)
        return [] if done.returncode == 0 else [f"{what} ({self.command}):\n{excerpt(done.stderr)}"]

    def older_language(self, name):
        """Under C++17, the preprocessor must say which language is required."""
        done = self.run([name], flags=["-std=c++17"], mode=("-E", "-o", os.devnull))
        first = next((line for line in done.stderr.splitlines() if "error:" in line), "no error")
        return [] if "healthlake needs C++20" in first else [f"{name} as C++17 ({self.command}): {first}"]

    def comes_with(self, names):
        """The headers of SYSTEM that these standard headers include."""
        done = self.run(names, mode=("-M",))
        if done.returncode != 0:
            sys.exit(f"{self.command} cannot read {names}:\n{excerpt(done.stderr)}")
        files = done.stdout.replace("\\\n", " ").split()
        return {name for name in SYSTEM if any(file.endswith("/" + name) for file in files)}


def reached_by(root, group):
    """These headers and all of ours that they include."""
    reached, open_ = set(), list(group)
    while open_:
        name = open_.pop()
        if name in reached or not (root / "healthlake" / name).is_file():
            continue
        reached.add(name)
        open_ += own_includes(root, name)
    return reached


def others_of(root, names, allowed):
    """The headers of others that these files of ours include, standard headers first."""
    found = {target for name in names for form, target in includes_of((root / "healthlake" / name).read_text())
             if form == "<" and allowed(name, target)}
    return sorted(found, key=lambda target: (target not in STANDARD, target))


def with_macros(root, names, group):
    """The standard headers that any of our headers names, the libraries' that those of the group reach, and then the
    macros."""
    reached = reached_by(root, group)
    others = others_of(root, names, lambda name, target: target in STANDARD or name in reached)
    lines = [f"#include <{target}>" for target in others]
    lines += [f"#undef {macro.split('(')[0]}\n#define {macro} this_is_a_macro + of[others]"
              for macro in FUNCTION_MACROS + OBJECT_MACROS]
    return "\n".join(lines) + "\n"


def excerpt(text):
    return "\n".join("    " + line for line in text.splitlines()[:15])


def write_poison(folder, names, why):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#error {name} {why}\n")


def check(root, commands, json_include, work):
    """All problems of the headers below `root`, and what was done, each as a list of strings."""
    names = headers_of(root)
    if not names:
        return [f"no header below {root}/healthlake"], []
    files = names + files_of(root, "ipp")
    problems = (check_arrows(root, files) + check_circles(root, names) + check_split(root, files) +
                check_order(root, files) + check_characters(root, files) + check_language(root, names))
    sources = [name for name in names if is_src(name)]
    headers = [name for name in names if name not in sources]
    plain = [name for name in headers if (rule := rule_of(name)) is not None and not rule.adapter]
    no_json = [name for name in plain if name.split("/")[0] in WITHOUT_JSON]

    compilers = [Compiler(command, root, json_include) for command in commands]
    json_poison = work / "no_json"
    write_poison(json_poison, JSON | {"nlohmann/detail/macro_scope.hpp"}, "must not be included in this layer")

    # Three groups, since what a group's standard headers include cannot be poisoned in it: without JSON, with JSON, and
    # the conveniences on top.
    groups = [no_json, [name for name in plain if name.split("/")[0] in [*BELOW_SERVER, "flow"]], plain]
    poisons, notes = [], []
    for number, group in enumerate(groups):
        outside = {target for name in reached_by(root, group)
                   for form, target in includes_of((root / "healthlake" / name).read_text())
                   if form == "<" and target in STANDARD | JSON}
        brought = set().union(*(compiler.comes_with(sorted(outside)) for compiler in compilers))
        poisons.append(work / f"no_os_{number}")
        write_poison(poisons[-1], FOREIGN + [name for name in SYSTEM if name not in brought], "is for adapters only")
        notes.append(f"group of {len(group)}: all of {len(FOREIGN) + len(SYSTEM)} poisoned but {sorted(brought)}")

    def own(group):
        return [f"healthlake/{name}" for name in group]

    adapters = [name for name in headers if name not in plain]
    tasks = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for compiler in compilers:
            for name in names:
                adapter = rule_of(name) is not None and rule_of(name).adapter
                flags = [] if adapter else STRICT
                own_bodies = [bodies_of(name)] if bodies_of(name) in files else []
                tasks.append(pool.submit(compiler.errors, f"{name} does not compile alone",
                                         own([name, name, *own_bodies]), flags=[*flags, SEPARATE]))
                tasks.append(pool.submit(compiler.older_language, f"healthlake/{name}"))
            tasks.append(pool.submit(compiler.errors, "core, model, http or sign needs nlohmann/json", own(no_json),
                                     flags=STRICT, first=[json_poison]))
            for group in [plain, adapters]:
                tasks.append(pool.submit(compiler.errors, "a header breaks on a macro", own(group),
                                         before=with_macros(root, files, group)))
            for group, poison in zip(groups, poisons):
                tasks.append(pool.submit(compiler.errors, "a header needs crypto, sockets or the system", own(group),
                                         flags=STRICT, first=[poison]))
        for task in tasks:
            problems += task.result()
    done = [f"{len(headers)} headers, {len(adapters)} of them adapters, {len(files) - len(names)} with bodies of "
            f"their own in {len(sources)} sources; {len(tasks)} compilations with "
            f"{', '.join(commands)}", *notes]
    return problems, done


def parse_arguments(description, include=True):
    parser = argparse.ArgumentParser(description=description)
    if include:
        parser.add_argument("--include", type=pathlib.Path, required=True, help="directory that contains healthlake/")
    parser.add_argument("--compiler", action="append", required=True)
    parser.add_argument("--json-include", action="append", default=[], help="directory that contains nlohmann/")
    return parser.parse_args()


def main():
    arguments = parse_arguments(__doc__.splitlines()[0])
    json_include = usable(arguments.json_include)
    with tempfile.TemporaryDirectory() as work:
        problems, done = check(arguments.include, arguments.compiler, json_include, pathlib.Path(work))
    print("\n".join(done))
    for problem in problems:
        print("FAILED", problem)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
