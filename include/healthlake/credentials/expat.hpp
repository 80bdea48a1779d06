// The XML reader for replies of AWS STS, over Expat (https://libexpat.github.io), and one for lists, such as those of
// S3.
//
//   CredentialsTools tools{system, runtime, signer, &read_xml_with_expat};
//
// Rules: Expat keeps open elements on the heap, so its stack does not depend on the document. A document type
// declaration ends the parse before anything of it is read: there are no entities but the five of XML itself.
#pragma once

#include <expat.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "healthlake/credentials/xml_reader.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How deeply elements may be nested; STS's are nested 4 levels deep.
inline constexpr std::size_t max_expat_depth = 64;

namespace detail {

// What Expat's callbacks work on. They cannot throw: all memory is reserved before the parse, since no text and no path
// is longer than the document, which is read as UTF-8 whatever it says.
class ExpatReading {
 public:
  // With `record`, the parse is suspended at the end of each element of that path, and the elements are those in it.
  ExpatReading(XML_Parser parser, std::span<XmlText> wanted, std::string_view record = {})
      : parser_(parser), wanted_(wanted), record_(record) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &on_start, &on_end);
    XML_SetCharacterDataHandler(parser, &on_text);
    XML_SetStartDoctypeDeclHandler(parser, &on_doctype);
  }

  // Parses the document, or its beginning up to the end of the first record.
  XML_Status parse(std::string_view document) {
    if (document.size() > static_cast<std::size_t>((std::numeric_limits<int>::max)())) return XML_STATUS_ERROR;
    clear();
    path_.reserve(document.size());
    for (auto& element : wanted_) element.text.reserve(document.size());
    return XML_Parse(parser_, document.data(), static_cast<int>(document.size()), XML_TRUE);
  }

  static void on_start(void* self, char const* name, char const**) noexcept {
    static_cast<ExpatReading*>(self)->start(name);
  }
  static void on_end(void* self, char const*) noexcept { static_cast<ExpatReading*>(self)->end(); }
  static void on_text(void* self, char const* text, int size) noexcept {
    static_cast<ExpatReading*>(self)->add({text, static_cast<std::size_t>(size)});
  }
  static void on_doctype(void* self, char const*, char const*, char const*, int) noexcept {
    static_cast<ExpatReading*>(self)->refuse();
  }

 private:
  // Ends the parse with an error. The end of an empty element may still follow.
  void refuse() noexcept { XML_StopParser(parser_, XML_FALSE); }

  void clear() noexcept {
    for (auto& element : wanted_) {
      element.text.clear();
      element.found = false;
    }
  }

  void start(std::string_view name) noexcept {
    path_ += '/';
    path_ += name.substr(name.rfind(':') + 1);
    current_ = nullptr;
    if (++depth_ > max_expat_depth) return refuse();
    if (!record_.empty() && is_here(record_)) {
      // A record within a record would be two at once.
      if (in_record_) return refuse();
      in_record_ = true;
      clear();
    }
    if (!record_.empty() && !in_record_) return;
    for (auto& element : wanted_)
      if (is_here(element.path)) {
        if (element.found) return refuse();
        element.found = true;
        current_ = &element;
      }
  }

  void end() noexcept {
    bool const ends_record = in_record_ && is_here(record_);
    --depth_;
    path_.resize(path_.rfind('/'));
    current_ = nullptr;
    if (ends_record) {
      in_record_ = false;
      XML_StopParser(parser_, XML_TRUE);
    } else if (record_.empty() || in_record_) {
      for (auto& element : wanted_)
        if (is_here(element.path)) current_ = &element;
    }
  }

  void add(std::string_view text) noexcept {
    if (current_ != nullptr) current_->text += text;
  }

  // The path begins with a slash, so a whole name is compared.
  [[nodiscard]] bool is_here(std::string_view path) const noexcept {
    std::size_t const size = path.size();
    return path_.size() > size && path_.ends_with(path) && path_[path_.size() - size - 1] == '/';
  }

  XML_Parser parser_;
  std::span<XmlText> wanted_;
  std::string_view record_;
  std::string path_;
  XmlText* current_ = nullptr;
  std::size_t depth_ = 0;
  bool in_record_ = false;
};

struct FreeExpat {
  void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using ExpatParser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeExpat>;

}  // namespace detail

/// An XmlReader. Also returns false if there is no memory for a parser.
inline bool read_xml_with_expat(std::string_view document, std::span<XmlText> wanted) {
  detail::ExpatParser const parser{XML_ParserCreate("UTF-8")};
  if (!parser) return false;
  return detail::ExpatReading{parser.get(), wanted}.parse(document) == XML_STATUS_OK;
}

/// Reads a list: the elements of one path, one after the other, each with the text of a few elements in it.
///
///   XmlText wanted[] = {XmlText{"Contents/Key"}, XmlText{"Contents/Size"}};
///   ExpatRecords records{document, "Contents", wanted};
///   while (records.next()) use(wanted[0].text);
///   if (!records.ok()) ...
///
/// Rules: those of XmlReader, and of read_xml_with_expat, apply to the document and to each record: an element that a
/// record has twice, or a record within a record, ends it. Drop what was read before a fault. Copy the strings: the
/// next record needs their memory.
class ExpatRecords {
 public:
  /// `document` and `wanted` must outlive this object; the paths are as in XmlText.
  ExpatRecords(std::string_view document, std::string_view record, std::span<XmlText> wanted)
      : document_(document),
        parser_(XML_ParserCreate("UTF-8")),
        reading_(parser_ ? std::make_unique<detail::ExpatReading>(parser_.get(), wanted, record) : nullptr) {}

  /// Fills in the elements of the next record. False at the end, and if the document cannot be read.
  [[nodiscard]] bool next() {
    if (!reading_ || done_) return false;
    XML_Status const status = begun_ ? XML_ResumeParser(parser_.get()) : reading_->parse(document_);
    begun_ = true;
    if (status == XML_STATUS_SUSPENDED) return true;
    done_ = true;
    ok_ = status == XML_STATUS_OK;
    return false;
  }

  /// Whether the whole document was read without a fault, once `next` has returned false.
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  std::string_view document_;
  detail::ExpatParser parser_;
  std::unique_ptr<detail::ExpatReading> reading_;
  bool begun_ = false;
  bool done_ = false;
  bool ok_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE
