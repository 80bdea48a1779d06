"""Names and sentences: C++ names made from names of the model, and the `///` lines of a declaration.

A sentence is the model's own documentation, cut to its first sentence, or made of the name if the model has none.
"""

import html
import re
import textwrap

WIDTH = 120

# What an enumerator or a member cannot be called.
KEYWORDS = set("""
alignas alignof and asm auto bool break case catch char class compl concept const constexpr continue decltype default
delete do double else enum explicit export extern false final float for friend goto if import inline int long module
mutable namespace new noexcept not nullptr operator or override private protected public register requires return
short signed sizeof static struct switch template this throw true try typedef typeid typename union unsigned using
virtual void volatile while xor
""".split())

# How a word of a name is written in a sentence, where it is not in lower case.
SPELLINGS = {"datastore": "data store", "datastores": "data stores", "arn": "ARN", "arns": "ARNs", "uri": "URI",
             "url": "URL", "kms": "KMS", "iam": "IAM", "sse": "SSE", "cmk": "CMK", "nlp": "NLP", "json": "JSON",
             "aws": "AWS", "mb": "MB", "gb": "GB", "idp": "IdP", "http": "HTTP", "vpc": "VPC", "ip": "IP"}

NUMERALS = dict(enumerate("two three four five six seven eight nine ten".split(), 2))


def words(name):
    """The words of a name in CamelCase or UPPER_CASE: `FHIRDatastoreId` has three."""
    return re.findall(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+",
                      re.sub(r"[^A-Za-z0-9]+", " ", name)) if not name.isupper() else re.findall(r"[A-Z0-9]+", name)


def snake(name):
    """The C++ name of a member, a method or an enumerator."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    result = re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_") or "empty"
    if result[0].isdigit():
        result = "value_" + result
    return result + "_" if result in KEYWORDS else result


def phrase(parts):
    """Words of a name as they stand inside a sentence."""
    return " ".join(part if part.isupper() and len(part) > 1 and part.lower() not in SPELLINGS
                    else SPELLINGS.get(part.lower(), part.lower()) for part in parts)


def with_article(text):
    return ("an " if text[0].lower() in "aeiou" else "a ") + text


def plural(noun):
    return noun if noun.endswith("s") else noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def third_person(verb):
    if re.search(r"(s|sh|ch|x|z|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def first_sentence(documentation):
    """The first sentence of a model's documentation without its markup; empty if there is none."""
    text = re.sub(r"<!--.*?-->", " ", documentation or "", flags=re.S)
    # What ends a line on the page ends a sentence here.
    text = re.sub(r"</(p|li|note|important|h\d)>", ". ", text)
    text = html.unescape(re.sub(r"<[^>]*>", "", text))
    for fancy, plain in (("\u2019", "'"), ("\u2018", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2013", "-"),
                         ("\u2014", "-"), ("\u00a0", " ")):
        text = text.replace(fancy, plain)
    text = re.sub(r"\s+", " ", text.replace("\\", " ")).strip(" .:")
    text = re.sub(r"\s+([.,;:])", r"\1", text)
    end = re.search(r"(?<!e\.g)(?<!i\.e)(?<!etc)(?<!vs)[.!?](?=\s|$)", text)
    sentence = (text[:end.start()] if end else text).strip(" .:;,")
    return sentence[:1].upper() + sentence[1:] + "." if sentence else ""


def limits(model, name):
    """The limits of a shape as the end of a sentence: "; 1 to 64 characters"."""
    traits, kind = model.traits(name), model.shapes[name]["type"]
    low, high = traits.get("min"), traits.get("max")
    unit = {"string": " characters", "blob": " bytes", "list": " items", "map": " entries"}.get(kind, "")
    if unit and low == 0:
        low = None
    if low is None and high is None:
        text = ""
    elif low is None:
        text = f"; at most {high}{unit}"
    elif high is None:
        text = f"; at least {low}{unit}"
    else:
        text = f"; {low}{unit}" if low == high else f"; {low} to {high}{unit}"
    if text.endswith((" 1 characters", " 1 bytes", " 1 items")):
        text = text[:-1]
    elif text.endswith(" 1 entries"):
        text = text[:-7] + "entry"
    return text


def add_limits(sentence, model, shape):
    end = sentence[:-1] if re.search(r"\d", sentence) else sentence[:-1] + limits(model, shape)
    return end + ("." if not model.shapes[shape].get("sensitive") else ". Sensitive.")


def doc_lines(text, indent=0):
    """The sentence as `///` lines."""
    prefix = " " * indent + "/// "
    return textwrap.fill(text, WIDTH, initial_indent=prefix, subsequent_indent=prefix, break_long_words=False,
                         break_on_hyphens=False).split("\n")


def operation_sentence(model, name):
    """What an operation does."""
    documented = first_sentence(model.operations[name].get("documentation"))
    if documented:
        return documented
    verb, *rest = words(name)
    if not rest:
        return f"{third_person(verb)}."
    thing = phrase(rest)
    if verb == "List":
        return f"Lists {plural(thing)}" + (", page by page." if model.is_paginated(name) else ".")
    if verb in ("Describe", "Get"):
        return f"Returns the properties of {with_article(thing)}."
    if verb in ("Start", "Create", "Delete", "Update", "Cancel", "Stop", "Restore", "Publish") or rest[-1][-1] != "s":
        return f"{third_person(verb)} {with_article(thing)}."
    return f"{third_person(verb)} {thing}."


def shape_sentence(model, name):
    """What a structure, a union, an error or an enumeration is."""
    shape = model.shapes.get(name, {})
    documented = first_sentence(shape.get("documentation"))
    if documented:
        return documented
    for operation in model.operations:
        if name == model.input(operation):
            return f"The input of {operation}."
        if name == model.output(operation):
            return f"The output of {operation}."
    if shape.get("exception"):
        return f"The service answered with an error: {phrase(words(re.sub('(Exception|Error|Fault)$', '', name)))}."
    if shape.get("union"):
        count = len(shape["members"])
        counted = "one member" if count == 1 else f"{NUMERALS.get(count, count)} members"
        return f"The {phrase(words(name))}: a union of {counted}."
    return f"The {phrase(words(name))}."


def member_sentence(model, name, member, house=None):
    """What a member is, with its limits: in the model's words, in those of the tree for another such member (`house`),
    or made of its name."""
    row = model.shapes[name]["members"][member]
    shape = row["shape"]
    documented = first_sentence(row.get("documentation")) or first_sentence(model.shapes[shape].get("documentation"))
    if house and not documented:
        return house
    return add_limits(documented or made_of_the_name(member, shape, model.shapes[shape]), model, shape)


def made_of_the_name(member, name, shape):
    *front, last = words(member) or [member]
    said = phrase([*front, last])
    if shape["type"] == "boolean":
        if front and last == "Enabled":
            return f"Whether {phrase(front)} {'are' if front[-1].endswith('s') else 'is'} enabled."
        return f"The {said} flag."
    if shape["type"] == "timestamp":
        return time_sentence(front, last)
    if shape["type"] == "structure" or "enum" in shape:
        # `Status` of the type BackupStatus is the backup status.
        typed = words(name)
        return f"The {phrase(typed)}." if typed[-len(front) - 1:] == [*front, last] else f"The {said}."
    if front and last.lower() in ("id", "arn", "name", "uri", "url", "version"):
        return f"The {phrase([last])} of the {phrase(front)}."
    return f"The {said}."


def time_sentence(front, last):
    said = phrase([*front, last])
    if last == "At" and front and front[-1].endswith("ed"):
        is_own = front[:-1] in ([], ["Last"], ["First"])
        return f"When it was {phrase(front)}." if is_own else f"When the {phrase(front[:-1])} was {front[-1].lower()}."
    if last in ("Before", "After") and front:
        return f"{phrase(front).capitalize()} {last.lower()} this time."
    return f"The {said}." if last in ("Time", "Date", "Timestamp") else f"The time of the {said}."
