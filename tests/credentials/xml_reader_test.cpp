// Invariant: the text of an element is wiped when it is destroyed.
#include "healthlake/credentials/xml_reader.hpp"

#include <doctest/doctest.h>

#include "../support/hash_engines.hpp"

using namespace healthlake;

TEST_CASE("the text of an element is wiped when it is destroyed") {
  struct Text : XmlText {
    Text() : XmlText("a") {}
  };
  // Short enough to be in the object itself, which has other bytes of that value at most by chance.
  hash_engines::Destroyed<Text> const destroyed{[](Text& it) { it.text = "kkkkkkkkkkkkkkk"; }};
  CHECK(destroyed.bytes_of('k') < 10);
}
