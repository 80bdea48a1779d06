// What the replies of AWS STS need of XML: the text of a few named elements. credentials/expat.hpp has a reader.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// An element to look for, and its text, which is wiped when this object is destroyed.
struct XmlText {
  /// The local names of the element and of those that it is in, innermost last: `Credentials/AccessKeyId` is an
  /// AccessKeyId in a Credentials, wherever that is. Namespaces do not count.
  std::string_view path{};
  /// Its character data, unescaped, without that of elements inside it.
  std::string text{};
  /// Whether the document has the element, even an empty one.
  bool found = false;

  /// Looks for an element at `wanted`, which must outlive the reading.
  explicit XmlText(std::string_view wanted) : path(wanted) {}
  XmlText(XmlText&&) = default;
  XmlText& operator=(XmlText&&) = default;
  ~XmlText() { wipe(text.data(), text.size()); }
};

/// Reads an XML document and fills in the elements that it has. Returns false, and leaves the elements unspecified, if
/// it is not well-formed, has a document type declaration (which could define entities), has one of the elements twice,
/// or is nested too deeply for the reader. The stack that a reader needs must not depend on the document. A provider
/// passes at most `max_credentials_reply_bytes`.
using XmlReader = bool (*)(std::string_view document, std::span<XmlText> wanted);

}  // namespace HEALTHLAKE_NAMESPACE
