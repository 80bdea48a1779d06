// The XML reader for replies of AWS STS, over Expat (https://libexpat.github.io).
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
  ExpatReading(XML_Parser parser, std::size_t size, std::span<XmlText> wanted) : parser_(parser), wanted_(wanted) {
    path_.reserve(size + 1);
    for (auto& element : wanted_) {
      element.text.clear();
      element.text.reserve(size);
      element.found = false;
    }
  }

  [[nodiscard]] bool refused() const noexcept { return refused_; }

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
  void refuse() noexcept {
    refused_ = true;
    XML_StopParser(parser_, XML_FALSE);
  }

  void start(std::string_view name) noexcept {
    if (refused_) return;
    if (++depth_ > max_expat_depth) return refuse();
    path_ += '/';
    path_ += name.substr(name.rfind(':') + 1);
    current_ = nullptr;
    for (auto& element : wanted_)
      if (is_here(element)) {
        if (element.found) return refuse();
        element.found = true;
        current_ = &element;
      }
  }

  void end() noexcept {
    if (refused_) return;
    --depth_;
    path_.resize(path_.rfind('/'));
    current_ = nullptr;
    for (auto& element : wanted_)
      if (is_here(element)) current_ = &element;
  }

  void add(std::string_view text) noexcept {
    if (!refused_ && current_ != nullptr) current_->text += text;
  }

  // The path begins with a slash, so a whole name is compared.
  [[nodiscard]] bool is_here(XmlText const& element) const noexcept {
    std::size_t const size = element.path.size();
    return path_.size() > size && path_.ends_with(element.path) && path_[path_.size() - size - 1] == '/';
  }

  XML_Parser parser_;
  std::span<XmlText> wanted_;
  std::string path_;
  XmlText* current_ = nullptr;
  std::size_t depth_ = 0;
  bool refused_ = false;
};

}  // namespace detail

/// An XmlReader. Also returns false if there is no memory for a parser.
inline bool read_xml_with_expat(std::string_view document, std::span<XmlText> wanted) {
  if (document.size() > static_cast<std::size_t>((std::numeric_limits<int>::max)())) return false;
  struct Free {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
  };
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> const parser{XML_ParserCreate("UTF-8")};
  if (!parser) return false;
  detail::ExpatReading reading{parser.get(), document.size(), wanted};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), &detail::ExpatReading::on_start, &detail::ExpatReading::on_end);
  XML_SetCharacterDataHandler(parser.get(), &detail::ExpatReading::on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), &detail::ExpatReading::on_doctype);
  int const size = static_cast<int>(document.size());
  return XML_Parse(parser.get(), document.data(), size, XML_TRUE) == XML_STATUS_OK && !reading.refused();
}

}  // namespace HEALTHLAKE_NAMESPACE
